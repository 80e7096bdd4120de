// Brings leaders' proposals of other in-sync sets to the controller: gathered for a moment, since what one broker's pause
// or return changes concerns many partitions, then sent together, again and again until the outcome is known.
//
// Invariant: a proposal is given up only when its outcome is known: the partition's state has changed, or the controller
// has refused it for good.

import { KafkaError } from '@samsa/protocol'
import type { World } from '@samsa/world'
import type { Controller, InSyncMember, IsrChange } from '../controller/controller.ts'

/** How long proposals gather. */
const lingerMs = 5
/** Waits after a failure. */
const firstRetryMs = 50
const lastRetryMs = 1000

/** Who made a proposal. */
export interface Proposer {
  /** Whether the outcome is still open. */
  isProposed(change: IsrChange): boolean
  /** The controller has refused it for good. */
  proposalRefused(change: IsrChange): void
}

/** What proposals are sent with. */
export interface IsrProposalsOptions {
  readonly controller: Pick<Controller, 'alterPartition'>
  /** This broker as it is registered now; undefined while it is not. */
  readonly self: () => InSyncMember | undefined
}

/** The proposals of one broker. */
export class IsrProposals {
  readonly #world: World
  readonly #options: IsrProposalsOptions
  readonly #open = new Map<IsrChange, Proposer>()
  #isRunning = false
  #isStopped = false

  constructor(world: World, options: IsrProposalsOptions) {
    this.#world = world
    this.#options = options
  }

  /** Takes a proposal on. */
  propose(proposer: Proposer, change: IsrChange): void {
    if (this.#isStopped) return
    this.#open.set(change, proposer)
    if (this.#isRunning) return
    this.#isRunning = true
    void this.#run()
  }

  /** Sends nothing more. */
  stop(): void {
    this.#isStopped = true
    this.#open.clear()
  }

  async #run(): Promise<void> {
    let retryMs = firstRetryMs
    let waitMs = lingerMs
    for (;;) {
      await this.#world.clock.sleep(waitMs)
      for (const [change, proposer] of this.#open) {
        if (!proposer.isProposed(change)) this.#open.delete(change)
      }
      if (this.#open.size === 0 || this.#isStopped) break
      const isAnswered = await this.#send()
      waitMs = isAnswered ? lingerMs : retryMs
      retryMs = isAnswered ? firstRetryMs : Math.min(2 * retryMs, lastRetryMs)
    }
    this.#isRunning = false
  }

  /** Whether the controller answered. */
  async #send(): Promise<boolean> {
    const self = this.#options.self()
    if (self === undefined) return false
    const changes = [...this.#open.keys()]
    try {
      const results = await this.#options.controller.alterPartition(self, changes)
      changes.forEach((change, i) => {
        this.#settle(change, results[i]?.error)
      })
      return true
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      this.#world.logger.info(
        { error, changes: changes.length },
        'In-sync sets are not changed yet.',
      )
      return false
    }
  }

  #settle(change: IsrChange, error: KafkaError['name'] | undefined): void {
    const proposer = this.#open.get(change)
    switch (error) {
      // The view has the new state, or will have it: it ends the proposal. So it does where another state was first.
      case undefined:
      case 'INVALID_UPDATE_VERSION':
      case 'FENCED_LEADER_EPOCH':
        this.#open.delete(change)
        return
      // The controller that answered is behind.
      case 'NOT_CONTROLLER':
        return
      default:
        this.#open.delete(change)
        this.#world.logger.info({ ...change, error }, 'A change of the in-sync set was refused.')
        proposer?.proposalRefused(change)
    }
  }
}
