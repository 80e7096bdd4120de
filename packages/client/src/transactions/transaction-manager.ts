// The transactional producer's talk with its coordinator: it takes the transactional id, puts partitions and groups into
// the transaction, ends it. Both versions of the protocol: in the first (KIP-98) partitions are added before anything is
// written to them and the epoch stays; in the second (KIP-890) writing adds them and every transaction has an epoch of its
// own.
//
// Invariants: nothing is written to a partition before the coordinator knows of it (version 1); a transaction with a
// failure is never committed; after a failure or an outcome that nobody knows the next transaction has another epoch.

import {
  AddPartitionsToTxn,
  EndTxn,
  type ErrorName,
  errorName,
  InitProducerId,
  KafkaError,
} from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import type { Numbering, NumberingListener } from '../producer/numbering.ts'
import type { ProducerBatch, ProducerState } from '../producer/producer-batch.ts'
import { Coordinator } from './coordinator.ts'
import { GroupOffsets, type OffsetCommit } from './group-offsets.ts'
import { after, type TransactionEvent, type TransactionState } from './transaction-state.ts'

/** What a transactional producer is told. */
export interface TransactionPlan {
  readonly transactionalId: string
  readonly transactionTimeoutMs: number
}

/** Last versions for transactions of the first version, whose writes add nothing by themselves. */
const lastOfVersion1 = { produce: 11, endTxn: 4 } as const
/** A client's AddPartitionsToTxn; later versions are for brokers. */
const lastAddPartitions = 3

/** Somebody else has the transactional id. */
const fencing: ReadonlySet<ErrorName> = new Set(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH'])

/** Of one transactional id. */
export class TransactionManager implements Numbering {
  readonly transactionalId: string
  readonly #plan: TransactionPlan
  readonly #listener: NumberingListener
  readonly #coordinator: Coordinator
  readonly #offsets: GroupOffsets
  #transaction: TransactionState = { kind: 'unknown' }
  #isBeginning = false
  #state: ProducerState | undefined
  #isVersion2 = false
  /** Something was sent that the coordinator may hold as part of the transaction. */
  #hasContent = false
  /** The present epoch cannot be gone on with. */
  #mustRenew = false
  /** Partitions of the transaction, and those to be added to it, by `topic partition`. */
  readonly #added = new Set<string>()
  readonly #toAdd = new Map<string, { readonly topic: string; readonly partition: number }>()
  #adding: Promise<void> | undefined

  constructor(cluster: Cluster, plan: TransactionPlan, listener: NumberingListener) {
    this.#plan = plan
    this.#listener = listener
    this.transactionalId = plan.transactionalId
    this.#coordinator = new Coordinator(cluster, 'transaction', plan.transactionalId)
    this.#offsets = new GroupOffsets(cluster, this.#coordinator, plan.transactionalId)
  }

  get state(): ProducerState | undefined {
    return this.#state
  }

  get highestProduceVersion(): number {
    return this.#isVersion2 ? Number.POSITIVE_INFINITY : lastOfVersion1.produce
  }

  /** What the transaction failed with, if it did. */
  get error(): unknown {
    const state = this.#transaction
    return state.kind === 'failed' || state.kind === 'fenced' || state.kind === 'ending'
      ? state.error
      : undefined
  }

  get isFenced(): boolean {
    return this.#transaction.kind === 'fenced'
  }

  get refusal(): unknown {
    const state = this.#transaction
    if (state.kind !== 'ending' || state.isCommit) return this.error
    return state.error ?? aborted(this.transactionalId)
  }

  /** The id is got when a transaction begins, so records that are in one have it. */
  acquire(): void {}

  /** Numbers are lost: what was written cannot be told from what was not, and the transaction cannot be committed. */
  renew(): void {
    this.#mustRenew = true
    const message = `The numbers of ${this.transactionalId} in a partition have a gap.`
    this.fail(new KafkaError('OUT_OF_ORDER_SEQUENCE_NUMBER', message))
  }

  admits(topic: string, partition: number): boolean {
    if (this.#isVersion2) {
      this.#hasContent = true
      return true
    }
    const name = `${topic} ${partition}`
    if (this.#added.has(name)) return true
    this.#toAdd.set(name, { topic, partition })
    this.#adding ??= this.#addPartitions().finally(() => {
      this.#adding = undefined
      this.#listener.changed()
    })
    return false
  }

  failed(batch: ProducerBatch, error: unknown): void {
    if (batch.baseSequence >= 0) this.#mustRenew = true
    const name = error instanceof KafkaError ? error.name : undefined
    if (name === 'PRODUCER_FENCED') this.#fence(error)
    else this.fail(error)
  }

  /** The transaction cannot be committed any more. */
  fail(error: unknown): void {
    this.#become({ kind: 'failed', error })
    this.#listener.changed()
  }

  /** Begins a transaction; takes the transactional id first where that is needed. */
  async begin(patience: Patience): Promise<void> {
    const { kind } = this.#transaction
    if (kind === 'fenced') throw this.error
    if (this.#isBeginning || (kind !== 'ready' && kind !== 'unknown')) throw this.#busy()
    this.#isBeginning = true
    try {
      if (kind === 'unknown') await this.#initialize(patience)
      const link = await this.#coordinator.link(patience)
      this.#isVersion2 = link.feature('transaction.version') >= 2
    } finally {
      this.#isBeginning = false
    }
    this.#added.clear()
    this.#toAdd.clear()
    this.#offsets.clear()
    this.#hasContent = false
    this.#become({ kind: 'begun' })
  }

  /** Makes offsets of a group part of the transaction. */
  async sendOffsets(commit: OffsetCommit, patience: Patience): Promise<void> {
    const state = this.#state
    if (this.#transaction.kind !== 'open' || state === undefined) throw this.error ?? over()
    this.#hasContent = true
    try {
      await this.#offsets.commit(commit, { ...state, isVersion2: this.#isVersion2 }, patience)
    } catch (error) {
      if (error instanceof KafkaError && fencing.has(error.name)) throw this.#fence(error)
      this.fail(error)
      throw error
    }
  }

  /** Whether a transaction is open, failed or being ended. */
  get isUnderWay(): boolean {
    const { kind } = this.#transaction
    return kind === 'open' || kind === 'failed' || kind === 'ending'
  }

  /** No record may enter any more; with `isCommit` those that did are written, otherwise dropped. */
  ending(isCommit: boolean): void {
    const { kind } = this.#transaction
    if (kind === 'fenced') throw this.error
    if (isCommit && kind === 'failed') throw this.error
    this.#become({ kind: 'ending', isCommit })
    this.#listener.changed()
  }

  /**
   * Tells the coordinator the end. Everything that was sent has its outcome before. Rejects with PRODUCER_FENCED, with
   * REQUEST_TIMED_OUT when nobody knows the outcome, or with why the transaction was not committed.
   */
  async end(isCommit: boolean, patience: Patience): Promise<void> {
    await this.#adding
    if (this.isFenced) throw this.error
    if (this.#hasContent) await this.#end(isCommit, patience)
    this.#become({ kind: 'ended' })
    if (this.#mustRenew) this.#become({ kind: 'uncertain' })
  }

  async #end(isCommit: boolean, patience: Patience): Promise<void> {
    const { transactionalId } = this
    const producer = this.#state ?? { producerId: -1, producerEpoch: -1 }
    const request = { transactionalId, ...producer, committed: isCommit }
    const highest = this.#isVersion2 ? {} : { highestVersion: lastOfVersion1.endTxn }
    let error: ErrorName
    try {
      const question = {
        request: () => request,
        errorOf: ({ errorCode }: { errorCode: number }) => errorName(errorCode),
        ...highest,
      }
      const { answer, error: found } = await this.#coordinator.ask(EndTxn, question, patience)
      error = found
      const { producerId, producerEpoch } = answer
      // A new epoch is a new beginning for all partitions.
      if (error === 'NONE' && producerId >= 0) {
        this.#state = { producerId, producerEpoch }
        this.#mustRenew = false
      }
    } catch (cause) {
      this.#become({ kind: 'uncertain' })
      throw this.#unknownOutcome(isCommit, cause)
    }
    if (error === 'NONE') return
    if (fencing.has(error)) throw this.#fence(new KafkaError(error))
    this.#become({ kind: 'uncertain' })
    const what = isCommit ? 'committed' : 'aborted'
    const message = `The transaction of ${transactionalId} was not ${what}: ${new KafkaError(error).message}`
    throw new KafkaError(error, message)
  }

  async #initialize(patience: Patience): Promise<void> {
    const { transactionalId, transactionTimeoutMs } = this.#plan
    // With the id and epoch it had, a producer that was replaced meanwhile is told so, and does not fence its successor.
    const known = this.#state ?? { producerId: -1, producerEpoch: -1 }
    const question = {
      request: (link: { version(api: typeof InitProducerId): number }) => {
        const own = link.version(InitProducerId) >= 3 ? known : {}
        return { transactionalId, transactionTimeoutMs, ...own }
      },
      errorOf: ({ errorCode }: { errorCode: number }) => errorName(errorCode),
    }
    const { answer, error } = await this.#coordinator.ask(InitProducerId, question, patience)
    if (fencing.has(error)) throw this.#fence(new KafkaError(error))
    if (error !== 'NONE') {
      const advice =
        error === 'INVALID_TRANSACTION_TIMEOUT'
          ? ` Lower transactionTimeoutMs, ${transactionTimeoutMs}, or raise transaction.max.timeout.ms of the broker.`
          : ''
      const why = new KafkaError(error).message
      throw new KafkaError(error, `transactionalId ${transactionalId}: ${why}${advice}`)
    }
    const { producerId, producerEpoch } = answer
    this.#state = { producerId, producerEpoch }
    this.#mustRenew = false
    this.#become({ kind: 'initialized' })
  }

  /** Adds what is asked for, until nothing is left. Never rejects: a failure fails the transaction. */
  async #addPartitions(): Promise<void> {
    const patience = { deadlineMs: Number.POSITIVE_INFINITY }
    const isWanted = (): boolean => this.refusal === undefined
    while (this.#toAdd.size > 0 && isWanted()) {
      const adding = [...this.#toAdd]
      this.#toAdd.clear()
      this.#hasContent = true
      const topics = Map.groupBy(adding, ([, { topic }]) => topic)
      const request = {
        v3AndBelowTransactionalId: this.transactionalId,
        v3AndBelowProducerId: this.#state?.producerId ?? -1,
        v3AndBelowProducerEpoch: this.#state?.producerEpoch ?? -1,
        v3AndBelowTopics: [...topics].map(([name, places]) => {
          return { name, partitions: places.map(([, { partition }]) => partition) }
        }),
      }
      try {
        const { answer, error } = await this.#coordinator.ask(
          AddPartitionsToTxn,
          {
            request: () => request,
            highestVersion: lastAddPartitions,
            errorOf: ({ resultsByTopicV3AndBelow }) => worst(resultsByTopicV3AndBelow),
            isWanted,
          },
          patience,
        )
        if (error === 'NONE') for (const [name] of adding) this.#added.add(name)
        else if (fencing.has(error)) this.#fence(new KafkaError(error))
        else this.fail(notAdded(error, answer.resultsByTopicV3AndBelow))
      } catch (error) {
        // Whether the coordinator has added them nobody knows.
        this.#mustRenew = true
        if (isWanted()) this.fail(error)
      }
    }
  }

  #become(event: TransactionEvent): void {
    this.#transaction = after(this.#transaction, event)
  }

  #fence(cause: unknown): unknown {
    const message =
      `Another producer has taken transactionalId ${this.transactionalId}, or a transaction lasted longer than ` +
      `transactionTimeoutMs, ${this.#plan.transactionTimeoutMs}. This producer can only be closed.`
    this.#become({ kind: 'fenced', error: new KafkaError('PRODUCER_FENCED', message, { cause }) })
    this.#listener.changed()
    return this.error
  }

  #busy(): KafkaError {
    const message = `A transaction of ${this.transactionalId} is under way, and a producer has one at a time.`
    return new KafkaError('INVALID_TXN_STATE', message)
  }

  #unknownOutcome(isCommit: boolean, cause: unknown): unknown {
    const isPassing = cause instanceof WorldError || cause instanceof KafkaError
    if (!isPassing) return cause
    const what = isCommit ? 'was committed' : 'was aborted'
    const message = `Whether the transaction of ${this.transactionalId} ${what} is not known: ${cause.message}`
    return new KafkaError('REQUEST_TIMED_OUT', message, { cause })
  }
}

type TopicResults = readonly {
  readonly name: string
  readonly resultsByPartition: readonly {
    readonly partitionIndex: number
    readonly partitionErrorCode: number
  }[]
}[]

/** The error that decides; OPERATION_NOT_ATTEMPTED only says that another partition has one. */
function worst(topics: TopicResults): ErrorName {
  return failures(topics)[0]?.error ?? 'NONE'
}

function failures(topics: TopicResults): { readonly error: ErrorName; readonly place: string }[] {
  const all = topics.flatMap(({ name, resultsByPartition }) =>
    resultsByPartition.map(({ partitionIndex, partitionErrorCode }) => {
      return { error: errorName(partitionErrorCode), place: `${name}-${partitionIndex}` }
    }),
  )
  const bad = all.filter(({ error }) => error !== 'NONE')
  const real = bad.filter(({ error }) => error !== 'OPERATION_NOT_ATTEMPTED')
  return real.length > 0 ? real : bad
}

function notAdded(error: ErrorName, topics: TopicResults): KafkaError {
  const places = failures(topics).map(({ place }) => place)
  const why = new KafkaError(error).message
  return new KafkaError(error, `${places.join(', ')} cannot be part of the transaction: ${why}`)
}

function aborted(transactionalId: string): KafkaError {
  return new KafkaError(
    'TRANSACTION_ABORTABLE',
    `The transaction of ${transactionalId} is aborted.`,
  )
}

function over(): KafkaError {
  return new KafkaError('INVALID_TXN_STATE', 'The transaction is over.')
}
