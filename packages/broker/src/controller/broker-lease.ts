// May this broker still answer as what it was? A broker that was paused or cut off must know by itself that others may
// have taken over: before it acts, and again before anybody hears of it.
//
// Invariant: held means that no other session can have this broker's roles, and that everything which happened before the
// lease was last renewed after a gap has been applied here.

import type { Coordination } from '@samsa/coordination'
import { type World, WorldError } from '@samsa/world'

/** The right to act on what metadata says. */
export interface Lease {
  /** Asked at an append and again when its acknowledgement is written: a timer alone may run too late. */
  isHeld(): boolean
}

/** The lease of a broker's session. */
export class BrokerLease implements Lease {
  readonly #world: World
  readonly #session: Pick<Coordination, 'leaseUntil' | 'onState'>
  readonly #caughtUp: () => Promise<void>
  readonly #stopWatching: () => void
  /** Raised by every gap; what catches up for an earlier one does not count. */
  #gap = 0
  #isBehind = false

  /** `caughtUp` resolves when everything that was committed before the call has been applied. */
  constructor(
    world: World,
    session: Pick<Coordination, 'leaseUntil' | 'onState'>,
    caughtUp: () => Promise<void>,
  ) {
    this.#world = world
    this.#session = session
    this.#caughtUp = caughtUp
    this.#stopWatching = session.onState((state) => {
      if (state === 'expired') this.#isBehind = true
      // Before the first write of this connection renews the lease: has it run out meanwhile?
      if (state === 'connected' && (this.#isBehind || !this.#isCurrent())) void this.#catchUp()
    })
  }

  isHeld(): boolean {
    if (this.#isCurrent()) return !this.#isBehind
    if (!this.#isBehind) void this.#catchUp()
    return false
  }

  close(): void {
    this.#stopWatching()
  }

  #isCurrent(): boolean {
    return this.#world.clock.monotonic() < this.#session.leaseUntil
  }

  async #catchUp(): Promise<void> {
    this.#isBehind = true
    const gap = ++this.#gap
    try {
      await this.#caughtUp()
      if (gap === this.#gap) this.#isBehind = false
    } catch (error) {
      // Closed: never held again.
      if (!(error instanceof WorldError)) throw error
    }
  }
}
