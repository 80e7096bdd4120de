// When which broker was registered, as the ensemble had it: what the lease is judged by. Whose session has ended may answer
// nobody as a leader before it has registered again, whether it knows of the end or not.

import type { Clock } from '@samsa/world'
import type { SimulatedEnsemble } from '../coordination/ensemble/simulated-ensemble.ts'

interface Gap {
  readonly fromMs: number
  untilMs: number
  /** The session was ended by force: no lease can know. */
  readonly isForced: boolean
}

/** An answer that only a registered leader may give. */
export interface LeaderAnswer {
  readonly brokerId: number
  readonly what: string
  readonly invokedAtMs: number
  readonly completedAtMs: number
}

/** The times without registration of each broker. */
export class Registrations {
  readonly #clock: Clock
  readonly #gaps = new Map<number, Gap[]>()
  readonly #forced = new Set<number>()

  constructor(clock: Clock, ensemble: SimulatedEnsemble) {
    this.#clock = clock
    ensemble.onChange((path, exists) => {
      const id = /\/metadata\/brokers\/(\d+)$/.exec(path)?.[1]
      if (id !== undefined) this.#changed(Number(id), exists)
    })
  }

  /** The broker's session is about to be ended by force. */
  force(brokerId: number): void {
    this.#forced.add(brokerId)
  }

  /** Throws when the answer was asked for and given while the broker was not registered. */
  check({ brokerId, what, invokedAtMs, completedAtMs }: LeaderAnswer): void {
    for (const { fromMs, untilMs, isForced } of this.#gaps.get(brokerId) ?? []) {
      if (isForced || invokedAtMs <= fromMs || completedAtMs >= untilMs) continue
      const gap = `${fromMs.toFixed(1)} to ${untilMs.toFixed(1)}`
      const when = `${invokedAtMs.toFixed(1)} to ${completedAtMs.toFixed(1)}`
      throw new Error(`Broker ${brokerId} ${what} from ${when}: not registered from ${gap}.`)
    }
  }

  #changed(brokerId: number, exists: boolean): void {
    const gaps = this.#gaps.get(brokerId) ?? []
    this.#gaps.set(brokerId, gaps)
    const last = gaps.at(-1)
    const nowMs = this.#clock.monotonic()
    if (exists) {
      if (last !== undefined) last.untilMs = Math.min(last.untilMs, nowMs)
    } else {
      const isForced = this.#forced.delete(brokerId)
      gaps.push({ fromMs: nowMs, untilMs: Number.POSITIVE_INFINITY, isForced })
    }
  }
}
