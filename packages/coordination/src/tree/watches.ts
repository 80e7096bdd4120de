// Persistent recursive watches: who is told of a change at a path. The cost of a change is the depth of its path, not
// the number of watches.

import type { WatchListener } from '../coordination.ts'
import { parentOf } from './paths.ts'
import type { Change } from './transaction.ts'

/** The watches of one store. Each registration is told once of each change, in the order of the changes. */
export class Watches {
  readonly #byPrefix = new Map<string, Set<{ readonly listener: WatchListener }>>()

  /** Watches `prefix` and everything below it until the returned function is called. */
  add(prefix: string, listener: WatchListener): () => void {
    const registration = { listener }
    const registrations = this.#byPrefix.get(prefix) ?? new Set()
    this.#byPrefix.set(prefix, registrations.add(registration))
    return () => {
      registrations.delete(registration)
      if (registrations.size === 0 && this.#byPrefix.get(prefix) === registrations) {
        this.#byPrefix.delete(prefix)
      }
    }
  }

  /** Reports the changes of one transaction. */
  report(changes: readonly Change[]): void {
    if (this.#byPrefix.size === 0) return
    for (const { path, reported } of changes) if (reported) this.#changed(path)
  }

  #changed(path: string): void {
    for (let prefix = path; ; prefix = parentOf(prefix)) {
      // A copy: a listener may end its own watch, or another's, while it is told.
      const registrations = this.#byPrefix.get(prefix)
      if (registrations !== undefined) {
        for (const registration of Array.from(registrations)) {
          if (registrations.has(registration)) registration.listener.changed(path)
        }
      }
      if (prefix === '/') return
    }
  }
}
