// Holds back what would change a log while the log is being exchanged, and lets it go on in its order afterwards.

import { assert } from '@samsa/world'

/** Open but while `closedDuring` runs. */
export class Gate {
  #waiting: (() => void)[] | undefined

  get isClosed(): boolean {
    return this.#waiting !== undefined
  }

  /** Runs `action` with the gate closed; who came meanwhile goes on in the order of coming when it has ended. */
  async closedDuring(action: () => Promise<void>): Promise<void> {
    assert(this.#waiting === undefined, 'a gate is closed by one at a time')
    const waiting: (() => void)[] = []
    this.#waiting = waiting
    try {
      await action()
    } finally {
      this.#waiting = undefined
      for (const go of waiting) go()
    }
  }

  /** Runs `action` when the gate is open: at once if it is. A throw becomes a rejection if it had to wait. */
  pass<T>(action: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting
    if (waiting === undefined) return action()
    return new Promise((resolve, reject) => {
      waiting.push(() => {
        try {
          action().then(resolve, reject)
        } catch (error) {
          reject(error)
        }
      })
    })
  }
}
