// The transaction coordinator as handlers see it: every method finds the partition of the transactional id, takes a step
// on its state machine and resolves when the outcome is committed. What follows from a decided end (markers, completion)
// goes on in the background. Rejections are KafkaErrors.

import { coordinatorPartition, KafkaError } from '@samsa/protocol'
import type { World } from '@samsa/world'
import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import type { Controller } from '../controller/controller.ts'
import type { CoordinatorLocator } from '../coordinators/coordinator-locator.ts'
import { CoordinatorRuntime } from '../coordinators/coordinator-runtime.ts'
import type { GroupCoordinator } from '../groups/group-coordinator.ts'
import type { MetadataView } from '../metadata/metadata-view.ts'
import type { CoordinatorPartitions } from '../replicas/coordinator-partitions.ts'
import type { Partition } from '../replicas/partition.ts'
import type { Replicas } from '../replicas/replicas.ts'
import { Completions } from './completions.ts'
import { abortStep, type EndRequest, endStep } from './end-rules.ts'
import { type TransactionEvent, TransactionExplanations } from './explanations.ts'
import { type InitRequest, initStep } from './init-rules.ts'
import { LocalMarkers } from './local-markers.ts'
import type { MarkerRequest, MarkerResult, TransactionPeers } from './markers.ts'
import { addPartitionsStep, type PartitionsRequest, verifyPartitions } from './partition-rules.ts'
import { ProducerIds } from './producer-ids.ts'
import {
  oldestOpenTransaction,
  type StuckPartition,
  StuckPartitions,
  type UnstableReason,
} from './stuck-partitions.ts'
import type { ProducerIdentity, Transaction } from './transaction.ts'
import {
  type DescribedTransaction,
  describeTransaction,
  type ListedTransaction,
  listTransaction,
  type TransactionFilter,
  transactionFilter,
} from './transaction-listing.ts'
import { type TimedOutTransaction, TransactionMachine } from './transaction-machine.ts'
import { liveTransactionSettings, type TransactionSettings } from './transaction-settings.ts'
import { TRANSACTION_VERSION } from './transaction-version.ts'
import { Upkeep } from './upkeep.ts'

/** Records are small; batches are cut before they come near the smallest max.message.bytes. */
const MAX_BATCH_BYTES = 512 * 1024

/** What the coordinator is made of. */
export interface TransactionCoordinatorServices {
  readonly world: World
  readonly settings: BrokerSettingsView
  readonly brokerId: number
  readonly metadata: MetadataView
  readonly controller: Pick<Controller, 'allocateProducerIds'>
  readonly replicas: Pick<Replicas, 'partition' | 'partitions'>
  readonly groups: Pick<GroupCoordinator, 'completeTransaction'>
  /** The log of `__transaction_state`. */
  readonly partitions: CoordinatorPartitions
  /** The finalized `transaction.version`; 2 when absent. */
  readonly transactionVersion?: () => number
  /** Other brokers; absent while there is but one. */
  readonly peers?: TransactionPeers
}

/** Coordinates the transactional ids whose partition of `__transaction_state` this broker leads. */
export class TransactionCoordinator implements CoordinatorLocator {
  readonly settings: TransactionSettings
  readonly #world: World
  readonly #brokerId: number
  readonly #partitions: CoordinatorPartitions
  readonly #runtime: CoordinatorRuntime<TransactionMachine>
  readonly #producerIds: ProducerIds
  readonly #explanations: TransactionExplanations
  readonly #local: LocalMarkers
  readonly #completions: Completions
  readonly #stuck: StuckPartitions
  readonly #peers: TransactionPeers | undefined
  readonly #transactionVersion: () => number
  readonly #stopListening: () => void
  readonly #upkeep: readonly Upkeep[]

  constructor(services: TransactionCoordinatorServices) {
    const { world, partitions, peers, transactionVersion = () => TRANSACTION_VERSION } = services
    this.settings = liveTransactionSettings(services.settings)
    this.#world = world
    this.#brokerId = services.brokerId
    this.#partitions = partitions
    this.#peers = peers
    this.#transactionVersion = transactionVersion
    const logger = world.logger.child({ component: 'transactions' })
    this.#explanations = new TransactionExplanations(logger)
    this.#producerIds = new ProducerIds(() => services.controller.allocateProducerIds())
    this.#local = new LocalMarkers(world.clock, services.replicas, services.groups)
    // Registered before the runtime, so that the epoch is known when it loads.
    const leaderEpochs = new Map<number, number>()
    this.#stopListening = partitions.onLeadership({
      elected: (partition, leaderEpoch) => leaderEpochs.set(partition, leaderEpoch),
      resigned: () => {},
    })
    this.#runtime = new CoordinatorRuntime(world, {
      partitions,
      createMachine: (partition) =>
        new TransactionMachine({
          coordinatorEpoch: leaderEpochs.get(partition) ?? 0,
          transactionVersion,
          loaded: (machine) => this.#completions.resume(partition, machine),
        }),
      maxBatchBytes: MAX_BATCH_BYTES,
    })
    this.#completions = new Completions({
      world,
      logger,
      brokerId: services.brokerId,
      metadata: services.metadata,
      local: this.#local,
      peers,
      runtime: this.#runtime,
      explanations: this.#explanations,
    })
    const { settings } = this
    this.#stuck = new StuckPartitions(logger, services.replicas)
    this.#upkeep = [
      new Upkeep(
        world,
        () => settings.abortIntervalMs,
        () => this.#abortTimedOut(),
      ),
      new Upkeep(
        world,
        () => settings.expirationIntervalMs,
        () => this.#expireIds(),
      ),
    ]
  }

  /** Gives up every transactional id. */
  stop(): void {
    for (const upkeep of this.#upkeep) upkeep.stop()
    this.#stopListening()
    this.#completions.stop()
    this.#runtime.stop()
  }

  /** Resolves when every partition led by this broker is loaded. */
  loaded(): Promise<void> {
    return this.#runtime.loaded()
  }

  /** The partition of `__transaction_state` that a transactional id belongs to. */
  partitionFor(transactionalId: string): number {
    return coordinatorPartition(transactionalId, this.#partitions.partitionCount())
  }

  /** The broker that coordinates an id; undefined while there is none. Creates the topic on first use. */
  async coordinatorOf(transactionalId: string): Promise<number | undefined> {
    await this.#partitions.ensureTopic()
    const partition = this.partitionFor(transactionalId)
    await this.#runtime.settled(partition)
    return this.#partitions.leader(partition)?.brokerId
  }

  /** What happened to a transactional id lately, oldest first. */
  explain(transactionalId: string): readonly TransactionEvent[] {
    return this.#explanations.of(transactionalId)
  }

  /**
   * Why consumers with read_committed cannot get on in a partition led here: the transaction that was begun first and
   * is still open, with its id and state if it is coordinated here. Undefined when nothing is open.
   */
  async explainUnstable(partition: Partition): Promise<UnstableReason | undefined> {
    const open = oldestOpenTransaction(partition)
    if (open === undefined) return undefined
    const transaction = await this.transactionOf(open.producerId)
    if (transaction === undefined) return open
    const { transactionalId, state, startMs, timeoutMs } = transaction
    return { ...open, transactionalId, state, startMs, timeoutMs }
  }

  /** Partitions whose transactions are open for longer than any may be: nobody will end them. Oldest first. */
  stuckPartitions(): readonly StuckPartition[] {
    return this.#stuck.found()
  }

  /** The transaction of a producer, if it is coordinated here. */
  async transactionOf(producerId: number): Promise<Transaction | undefined> {
    const found = await this.#runtime.runAll((machine) => {
      for (const transaction of machine.all()) {
        if (transaction.producerId === producerId) return transaction
      }
      return undefined
    })
    return found.find((transaction) => transaction !== undefined)
  }

  /** An identity for a producer without transactions. */
  async initIdempotentProducer(): Promise<ProducerIdentity> {
    return { producerId: await this.#producerIds.allocate(), producerEpoch: 0 }
  }

  /** An identity that fences whoever had the transactional id before (KIP-98, KIP-360). */
  async initTransactionalProducer(request: InitRequest): Promise<ProducerIdentity> {
    const { transactionalId, timeoutMs } = request
    checkTransactionalId(transactionalId)
    const { maxTimeoutMs } = this.settings
    if (timeoutMs <= 0 || timeoutMs > maxTimeoutMs) {
      const message = `A transaction timeout lies between 1 and ${maxTimeoutMs} ms.`
      throw new KafkaError('INVALID_TRANSACTION_TIMEOUT', message)
    }
    let freshProducerId: number | undefined
    for (;;) {
      const transactionVersion = this.#transactionVersion()
      const partition = this.partitionFor(transactionalId)
      const step = await this.#runtime.run(partition, (machine, turn) => {
        const situation = { nowMs: turn.nowMs, freshProducerId, transactionVersion }
        const decided = initStep(machine.get(transactionalId), request, situation)
        if (decided.kind !== 'needs-producer-id') machine.put(turn, decided.transaction)
        return { ...decided, coordinatorEpoch: machine.coordinatorEpoch }
      })
      if (step.kind === 'needs-producer-id') {
        freshProducerId = await this.#producerIds.allocate()
        continue
      }
      const { transaction } = step
      if (step.kind === 'initialized') {
        this.#note(transaction, 'initialized', 'A producer took the transactional id.')
        const { producerId, producerEpoch } = transaction
        return { producerId, producerEpoch }
      }
      this.#note(transaction, 'fenced', 'A new producer took the id of an open transaction.')
      this.#completions.begin(partition, step)
      throw new KafkaError('CONCURRENT_TRANSACTIONS', 'The transaction before is being aborted.')
    }
  }

  /** Makes partitions part of the producer's transaction. */
  async addPartitions(request: PartitionsRequest & { clientVersion: number }): Promise<void> {
    const { transactionalId, clientVersion } = request
    checkTransactionalId(transactionalId)
    await this.#runtime.run(this.partitionFor(transactionalId), (machine, turn) => {
      const known = machine.get(transactionalId)
      const situation = { nowMs: turn.nowMs, clientVersion }
      const transaction = addPartitionsStep(known, request, situation)
      if (transaction !== known) machine.put(turn, transaction)
    })
  }

  /** Whether partitions are part of the producer's transaction, each for itself. */
  async verifyPartitions(request: PartitionsRequest): Promise<MarkerResult[]> {
    checkTransactionalId(request.transactionalId)
    return this.#runtime.run(this.partitionFor(request.transactionalId), (machine) =>
      verifyPartitions(machine.get(request.transactionalId), request),
    )
  }

  /** Resolves when an end of the id's transaction that is under way is complete; undefined when none is. */
  completion(transactionalId: string): Promise<void> | undefined {
    return this.#completions.of(transactionalId)
  }

  /** Commits or aborts; resolves to the identity to go on with as soon as the decision is committed. */
  async endTransaction(request: EndRequest): Promise<ProducerIdentity> {
    const { transactionalId } = request
    checkTransactionalId(transactionalId)
    let freshProducerId: number | undefined
    for (;;) {
      const partition = this.partitionFor(transactionalId)
      const step = await this.#runtime.run(partition, (machine, turn) => {
        const situation = { nowMs: turn.nowMs, freshProducerId }
        const decided = endStep(machine.get(transactionalId), request, situation)
        if (decided.kind === 'prepared') machine.put(turn, decided.transaction)
        return { ...decided, coordinatorEpoch: machine.coordinatorEpoch }
      })
      if (step.kind === 'needs-producer-id') {
        freshProducerId = await this.#producerIds.allocate()
        continue
      }
      if (step.kind === 'prepared') {
        this.#note(
          step.transaction,
          'prepared',
          `The producer asked for ${step.transaction.state}.`,
        )
        this.#completions.begin(partition, step)
      }
      return step.identity
    }
  }

  /** Writes markers into partitions led by this broker, whoever coordinates the transaction. */
  writeMarkers(request: MarkerRequest): Promise<MarkerResult[]> {
    return this.#local.write(request)
  }

  /** Rejects with TRANSACTIONAL_ID_NOT_FOUND for an unknown id. */
  async describe(transactionalId: string): Promise<DescribedTransaction> {
    checkTransactionalId(transactionalId)
    return this.#runtime.run(this.partitionFor(transactionalId), (machine) =>
      describeTransaction(transactionalId, machine.get(transactionalId)),
    )
  }

  /** Transactional ids coordinated here. Rejects with COORDINATOR_LOAD_IN_PROGRESS while some are being loaded. */
  async list(filter: TransactionFilter): Promise<ListedTransaction[]> {
    if (this.#runtime.isLoading) {
      throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS', 'Transactions are being loaded.')
    }
    const passes = transactionFilter(filter, this.#world.clock.now())
    const listed = await this.#runtime.runAll((machine) => [...machine.all()].filter(passes))
    return listed.flat().map(listTransaction)
  }

  /** The coordinator of an id as partition leaders ask it: here, or on another broker. */
  async askPartitions(
    request: PartitionsRequest & { readonly isVerifyOnly: boolean },
  ): Promise<readonly MarkerResult[]> {
    const leader = this.#partitions.leader(this.partitionFor(request.transactionalId))
    if (leader === undefined) throw new KafkaError('COORDINATOR_NOT_AVAILABLE')
    if (leader.brokerId !== this.#brokerId) {
      if (this.#peers === undefined) throw new KafkaError('COORDINATOR_NOT_AVAILABLE')
      return this.#peers.addPartitions(leader.brokerId, request)
    }
    if (request.isVerifyOnly) return this.verifyPartitions(request)
    await this.addPartitions({ ...request, clientVersion: TRANSACTION_VERSION })
    return []
  }

  async #abortTimedOut(): Promise<void> {
    const nowMs = this.#world.clock.now()
    this.#stuck.look(nowMs, this.settings.maxTimeoutMs)
    const timedOut = await this.#runtime.runAll((machine) => machine.timedOut(nowMs))
    await Promise.all(timedOut.flat().map((each) => this.#abort(each)))
  }

  async #abort(timedOut: TimedOutTransaction): Promise<void> {
    const { transactionalId } = timedOut
    const partition = this.partitionFor(transactionalId)
    const transactionVersion = this.#transactionVersion()
    const decision = await this.#runtime.run(partition, (machine, turn) => {
      const situation = { nowMs: turn.nowMs, transactionVersion }
      const transaction = abortStep(machine.get(transactionalId), timedOut, situation)
      if (transaction === undefined) return undefined
      machine.put(turn, transaction)
      return { transaction, coordinatorEpoch: machine.coordinatorEpoch }
    })
    if (decision === undefined) return
    const { updatedMs, startMs, timeoutMs } = decision.transaction
    const reason = `It was open for ${updatedMs - startMs} ms, longer than ${timeoutMs} ms.`
    this.#note(decision.transaction, 'timed-out', reason)
    this.#completions.begin(partition, decision)
  }

  async #expireIds(): Promise<void> {
    const { idExpirationMs } = this.settings
    const expired = await this.#runtime.runAll((machine, turn) =>
      machine.expire(turn, idExpirationMs),
    )
    for (const transaction of expired.flat()) {
      this.#note(transaction, 'expired', `It was not used for ${idExpirationMs} ms.`)
    }
  }

  #note(transaction: Transaction, kind: TransactionEvent['kind'], reason: string): void {
    const { transactionalId, producerId, producerEpoch } = transaction
    const atMs = this.#world.clock.now()
    this.#explanations.note(transactionalId, { atMs, kind, producerId, producerEpoch, reason })
  }
}

function checkTransactionalId(transactionalId: string): void {
  if (transactionalId === '') {
    throw new KafkaError('INVALID_REQUEST', 'A transactional id is not empty.')
  }
}
