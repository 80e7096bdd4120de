// From the decision to the end: delivers a transaction's markers and then records it as complete. Begun when a decision
// is committed and when a partition with decided transactions is loaded. Invariant: at most one completion is under way
// for a decision, and Complete is written only by the coordinator that saw all markers written.

import { KafkaError } from '@samsa/protocol'
import type { Logger, World } from '@samsa/world'
import type { CoordinatorRuntime } from '../coordinators/coordinator-runtime.ts'
import type { MetadataView } from '../metadata/metadata-view.ts'
import type { TransactionExplanations } from './explanations.ts'
import type { LocalMarkers } from './local-markers.ts'
import { MarkerDelivery } from './marker-delivery.ts'
import type { TransactionPeers } from './markers.ts'
import { completed, type Transaction } from './transaction.ts'
import type { TransactionMachine } from './transaction-machine.ts'

/** How long a refused Complete record is left alone. */
const RETRY_MS = 100

/** What completions need. */
export interface CompletionServices {
  readonly world: World
  readonly logger: Logger
  readonly brokerId: number
  readonly metadata: MetadataView
  readonly local: LocalMarkers
  readonly peers: TransactionPeers | undefined
  readonly runtime: CoordinatorRuntime<TransactionMachine>
  readonly explanations: TransactionExplanations
}

/** An end that is decided and committed. */
export interface Decision {
  readonly transaction: Transaction
  /** Leader epoch under which it was decided. */
  readonly coordinatorEpoch: number
}

/** An end under way. */
interface Completion {
  readonly transaction: Transaction
  readonly done: Promise<void>
}

/** Ends transactions whose end is decided. */
export class Completions {
  readonly #services: CompletionServices
  readonly #delivery: MarkerDelivery
  readonly #running = new Map<string, Completion>()
  readonly #stopping = new AbortController()

  constructor(services: CompletionServices) {
    this.#services = services
    this.#delivery = new MarkerDelivery({
      clock: services.world.clock,
      brokerId: services.brokerId,
      metadata: services.metadata,
      local: services.local,
      peers: services.peers,
      stopping: this.#stopping.signal,
      refused: (transaction, { topic, partition, error }) => {
        this.#note(
          transaction,
          'marker-refused',
          `The leader of ${topic}-${partition} answered ${error}.`,
        )
      },
    })
  }

  /** Gives up what is under way; whoever leads the partitions next takes it up again. */
  stop(): void {
    this.#stopping.abort(new KafkaError('NOT_COORDINATOR', 'The broker stops.'))
  }

  /** Resolves when the end that is under way for an id is complete or given up. */
  of(transactionalId: string): Promise<void> | undefined {
    return this.#running.get(transactionalId)?.done
  }

  /** A decision is committed: its markers may leave. */
  begin(partition: number, { transaction, coordinatorEpoch }: Decision): void {
    const { transactionalId } = transaction
    const running = this.#running.get(transactionalId)
    if (running?.transaction === transaction || this.#stopping.signal.aborted) return
    const done = this.#complete(partition, transaction, coordinatorEpoch).finally(() => {
      if (this.#running.get(transactionalId)?.done === done) this.#running.delete(transactionalId)
    })
    this.#running.set(transactionalId, { transaction, done })
  }

  /** A partition is loaded: what was decided before is completed now, once it is certain that the decisions stand. */
  resume(partition: number, machine: TransactionMachine): void {
    const decided = [...machine.all()].filter(isDecided)
    if (decided.length === 0) return
    this.#confirm(partition, machine, decided).catch((error: unknown) => {
      // Without the partition there is nothing to do; the next one to load it resumes.
      if (!(error instanceof KafkaError)) throw error
      this.#services.logger.warn({ partition, error }, 'Decided transactions wait for a reload.')
    })
  }

  /**
   * Writes the decisions once more: when that is committed in this leader epoch, everything replayed before it is, too.
   * What lay in the log beyond the high watermark could still have been cut off by a later leader.
   */
  async #confirm(
    partition: number,
    loaded: TransactionMachine,
    decided: readonly Transaction[],
  ): Promise<void> {
    const confirmed = await this.#patiently(() =>
      this.#services.runtime.run(partition, (machine, turn) => {
        if (machine !== loaded) return []
        const standing = decided.filter((each) => machine.get(each.transactionalId) === each)
        for (const transaction of standing) machine.put(turn, transaction)
        return standing
      }),
    )
    const { coordinatorEpoch } = loaded
    for (const transaction of confirmed) this.begin(partition, { transaction, coordinatorEpoch })
  }

  async #complete(
    partition: number,
    transaction: Transaction,
    coordinatorEpoch: number,
  ): Promise<void> {
    const { runtime, logger } = this.#services
    const { transactionalId } = transaction
    const isCurrent = (): Promise<boolean> =>
      this.#patiently(() =>
        runtime.run(partition, (machine) => machine.get(transactionalId) === transaction),
      )
    try {
      const outcome = await this.#delivery.deliver(transaction, coordinatorEpoch, isCurrent)
      if (outcome === 'fenced') {
        logger.warn({ transactionalId, coordinatorEpoch }, 'A newer coordinator has taken over.')
      }
      if (outcome !== 'delivered') return
      await this.#patiently(() => this.#record(partition, transaction))
    } catch (error) {
      // The partition has moved or is loaded again: whoever has it resumes.
      if (!(error instanceof KafkaError)) throw error
      logger.debug({ transactionalId, error }, 'The end of a transaction was given up here.')
    }
  }

  /** Writes Complete. */
  async #record(partition: number, transaction: Transaction): Promise<void> {
    const { transactionalId } = transaction
    const done = await this.#services.runtime.run(partition, (machine, turn) => {
      if (machine.get(transactionalId) !== transaction) return undefined
      const next = completed(transaction, turn.nowMs)
      machine.put(turn, next)
      return next
    })
    if (done !== undefined) this.#note(done, 'completed', `It is ${done.state}.`)
  }

  /** Asks again while the log refuses records for now: the partition stays here, and nobody else would go on. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof KafkaError) || error.name !== 'COORDINATOR_NOT_AVAILABLE')
          throw error
        await this.#services.world.clock.sleep(RETRY_MS, this.#stopping.signal)
      }
    }
  }

  #note(transaction: Transaction, kind: 'marker-refused' | 'completed', reason: string): void {
    const { transactionalId, producerId, producerEpoch } = transaction
    const atMs = this.#services.world.clock.now()
    const event = { atMs, kind, producerId, producerEpoch, reason }
    this.#services.explanations.note(transactionalId, event)
  }
}

function isDecided({ state }: Transaction): boolean {
  return state === 'PrepareCommit' || state === 'PrepareAbort'
}
