// The runtime of a coordinator: follows the leadership of one internal topic, loads partitions by replay, and routes
// work to the state machine of the right one. Invariant: a partition is active only from the end of its replay until
// leadership ends, and only on the broker that leads it.

import { BatchBuilder, type CompressionCodec, KafkaError } from '@samsa/protocol'
import type { Logger, World } from '@samsa/world'
import type { CoordinatorPartitions } from '../replicas/coordinator-partitions.ts'
import { ActivePartition, type EndOfTransaction } from './active-partition.ts'
import { Deadlines } from './deadlines.ts'
import { RecordQueue } from './record-queue.ts'
import { replayPartition } from './replay.ts'
import type { StateMachine, TransactionOrigin, Turn, Waiter } from './state-machine.ts'

/** How long a partition that could not be loaded is left alone before the next attempt. */
const RELOAD_DELAY_MS = 500

/** A partition that loads in no time is waited for rather than sending the client away to try again. */
const SHORT_LOAD_MS = 200

type PartitionState<M extends StateMachine> =
  | { readonly kind: 'loading'; readonly leaderEpoch: number }
  | { readonly kind: 'active'; readonly leaderEpoch: number; readonly active: ActivePartition<M> }

/** What a runtime needs besides the world. */
export interface CoordinatorOptions<M extends StateMachine> {
  readonly partitions: CoordinatorPartitions
  /** A machine that knows nothing yet. */
  readonly createMachine: (partition: number) => M
  /** Batches are cut at turns once they are this large. */
  readonly maxBatchBytes: number
  /** How batches are compressed; default none. */
  readonly compression?: CompressionCodec
}

/** All partitions of a coordinator's topic that this broker leads. */
export class CoordinatorRuntime<M extends StateMachine> {
  readonly #world: World
  readonly #logger: Logger
  readonly #options: CoordinatorOptions<M>
  readonly #states = new Map<number, PartitionState<M>>()
  readonly #deadlines: Deadlines
  readonly #builder = new BatchBuilder()
  readonly #stopListening: () => void
  #stopped = false

  constructor(world: World, options: CoordinatorOptions<M>) {
    this.#world = world
    this.#logger = world.logger.child({ topic: options.partitions.topic })
    this.#options = options
    this.#deadlines = new Deadlines(world.clock)
    this.#stopListening = options.partitions.onLeadership({
      elected: (partition, leaderEpoch) => this.#elected(partition, leaderEpoch),
      resigned: (partition) => this.#resigned(partition),
    })
  }

  /**
   * Runs `step` on a partition's machine; resolves with what it returned when everything it saw and wrote is committed.
   * Rejects with COORDINATOR_LOAD_IN_PROGRESS, NOT_COORDINATOR, or the KafkaError the step threw (having changed nothing).
   */
  async run<T>(
    partition: number,
    step: (machine: M, turn: Turn) => T,
    origin?: TransactionOrigin,
  ): Promise<T> {
    return this.#active(partition).run(step, origin)
  }

  /** As `run`, for a step that leaves its answer to a later turn. */
  async runLater<T>(
    partition: number,
    step: (machine: M, turn: Turn, waiter: Waiter<T>) => void,
  ): Promise<T> {
    return this.#active(partition).runLater(step)
  }

  /** Writes the marker that ends a transaction and applies it; resolves when it is committed. */
  async endTransaction(partition: number, end: (machine: M) => EndOfTransaction): Promise<void> {
    const active = this.#active(partition)
    return active.endTransaction(end(active.machine))
  }

  /** Runs `step` on every active partition; one result each. */
  runAll<T>(step: (machine: M, turn: Turn) => T): Promise<T[]> {
    const results: Promise<T>[] = []
    for (const state of this.#states.values()) {
      if (state.kind === 'active') results.push(state.active.run(step, undefined))
    }
    return Promise.all(results)
  }

  /** The machines of active partitions, for those who count. */
  *machines(): Iterable<M> {
    for (const state of this.#states.values()) {
      if (state.kind === 'active') yield state.active.machine
    }
  }

  /** True while a partition led by this broker is not loaded yet. */
  get isLoading(): boolean {
    for (const state of this.#states.values()) if (state.kind === 'loading') return true
    return false
  }

  /** Resolves when no partition that this broker leads is being loaded. For tests and orderly starts. */
  async loaded(): Promise<void> {
    while (this.isLoading && !this.#stopped) await this.#world.clock.sleep(1)
  }

  /** Resolves when a partition is not being loaded any more, or soon in any case. */
  async settled(partition: number): Promise<void> {
    const startMs = this.#world.clock.monotonic()
    while (this.#states.get(partition)?.kind === 'loading') {
      if (this.#stopped || this.#world.clock.monotonic() - startMs > SHORT_LOAD_MS) return
      await this.#world.clock.sleep(1)
    }
  }

  /** Gives up every partition; nothing is answered afterwards but NOT_COORDINATOR. */
  stop(): void {
    this.#stopped = true
    this.#stopListening()
    for (const partition of this.#states.keys()) this.#resigned(partition)
    this.#deadlines.clear()
  }

  #active(partition: number): ActivePartition<M> {
    const state = this.#states.get(partition)
    if (state === undefined) {
      throw new KafkaError('NOT_COORDINATOR', `This broker does not lead partition ${partition}.`)
    }
    if (state.kind === 'loading') {
      const message = `Partition ${partition} of ${this.#options.partitions.topic} is being loaded.`
      throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS', message)
    }
    return state.active
  }

  #elected(partition: number, leaderEpoch: number): void {
    if (this.#stopped) return
    const state = this.#states.get(partition)
    if (state !== undefined && state.leaderEpoch >= leaderEpoch) return
    if (state !== undefined) this.#resigned(partition)
    this.#load(partition, leaderEpoch)
  }

  #resigned(partition: number): void {
    const state = this.#states.get(partition)
    if (state === undefined) return
    this.#states.delete(partition)
    if (state.kind === 'active') {
      state.active.close(new KafkaError('NOT_COORDINATOR', 'The coordinator has moved.'))
    }
  }

  #load(partition: number, leaderEpoch: number): void {
    const loading: PartitionState<M> = { kind: 'loading', leaderEpoch }
    this.#states.set(partition, loading)
    const machine = this.#options.createMachine(partition)
    const startMs = this.#world.clock.monotonic()
    replayPartition(this.#options.partitions, partition, machine).then(
      (recordCount) => {
        if (this.#states.get(partition) !== loading) return
        const active = this.#activate(partition, leaderEpoch, machine)
        this.#states.set(partition, { kind: 'active', leaderEpoch, active })
        const tookMs = Math.round(this.#world.clock.monotonic() - startMs)
        if (recordCount > 0) {
          this.#logger.info({ partition, leaderEpoch, recordCount, tookMs }, 'Coordinator loaded.')
        }
        active.step((turn) => machine.loaded(turn))
      },
      (error: unknown) => {
        if (this.#states.get(partition) !== loading) return
        this.#logger.error({ partition, leaderEpoch, error }, 'Coordinator could not be loaded.')
        this.#world.clock.after(RELOAD_DELAY_MS, () => {
          if (this.#states.get(partition) === loading) this.#load(partition, leaderEpoch)
        })
      },
    )
  }

  #activate(partition: number, leaderEpoch: number, machine: M): ActivePartition<M> {
    const { partitions, maxBatchBytes, compression = 'none' } = this.#options
    const queue = new RecordQueue(
      async (batch, transactional) => partitions.append(partition, batch, transactional),
      this.#builder,
      {
        maxBatchBytes,
        compression,
        reload: (error) => this.#reload(partition, leaderEpoch, error),
      },
    )
    return new ActivePartition(this.#world, machine, {
      partition,
      queue,
      deadlines: this.#deadlines,
    })
  }

  /** Memory and log may differ: forget the memory. */
  #reload(partition: number, leaderEpoch: number, error: KafkaError): void {
    const state = this.#states.get(partition)
    if (state?.kind !== 'active' || state.leaderEpoch !== leaderEpoch) return
    this.#logger.warn({ partition, error }, 'Records were not committed; loading again.')
    this.#states.set(partition, { kind: 'loading', leaderEpoch })
    state.active.close(error)
    this.#load(partition, leaderEpoch)
  }
}
