// A transactional producer of either version of the protocol, over an unreliable network. Like a good client it repeats
// what it does not know the end of only where the protocol tells a repetition from a new request; otherwise it takes its
// transactional id again, which fences its own requests that are still on their way.

import {
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  BatchBuilder,
  EndTxn,
  type ErrorName,
  errorName,
  FindCoordinator,
  InitProducerId,
  Produce,
  TxnOffsetCommit,
} from '@samsa/protocol'
import type { Asker, Destination } from '../broker/destination.ts'
import { topic } from './read-committed.ts'

/** An error's name, NONE, or undefined when no answer came. */
export type Answer = ErrorName | undefined

const RETRIES = 4

/** Errors that pass by themselves. */
const PASSING: ReadonlySet<Answer> = new Set([
  'CONCURRENT_TRANSACTIONS',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'NOT_LEADER_OR_FOLLOWER',
  'NOT_ENOUGH_REPLICAS',
  'UNKNOWN_TOPIC_OR_PARTITION',
])

/** One producer. */
export class TransactionalClient {
  readonly #client: Asker
  readonly #coordinator: Destination
  readonly #transactionalId: string
  readonly #version: 1 | 2
  #producerId = -1
  #producerEpoch = -1
  readonly #sequences = new Map<number, number>()
  /** It does not know whether its last records are there, and so not with which sequence to go on. */
  #isLost = false

  constructor(client: Asker, transactionalId: string, version: 1 | 2) {
    this.#client = client
    this.#coordinator = { kind: 'coordinator', key: transactionalId, keyType: 1 }
    this.#transactionalId = transactionalId
    this.#version = version
  }

  /** Makes the coordinators' topics. */
  async findCoordinators(groupId: string): Promise<void> {
    for (const [key, keyType] of [
      [this.#transactionalId, 1],
      [groupId, 0],
    ] as const) {
      for (;;) {
        const answer = await this.#client.ask((connection) =>
          connection.send(FindCoordinator, 2, { key, keyType }),
        )
        if (answer?.errorCode === 0) break
        await this.#rest()
      }
    }
  }

  /** Takes the transactional id; tries until it succeeds or `isOver`. */
  async init(timeoutMs: number, isOver: () => boolean): Promise<boolean> {
    while (!isOver()) {
      const answer = await this.#client.ask(
        (connection) =>
          connection.send(InitProducerId, 4, {
            transactionalId: this.#transactionalId,
            transactionTimeoutMs: timeoutMs,
          }),
        this.#coordinator,
      )
      if (answer?.errorCode === 0) {
        this.#take(answer)
        return true
      }
      await this.#rest()
    }
    return false
  }

  /** Appends records to a partition of the transaction; resolves to their first offset. */
  async produce(
    partition: number,
    values: readonly number[],
  ): Promise<{ readonly answer: Answer; readonly baseOffset: number }> {
    if (this.#version === 1) {
      const added = await this.#retried(() => this.#addPartition(partition))
      if (added !== 'NONE') return { answer: added, baseOffset: -1 }
    }
    const baseSequence = this.#sequences.get(partition) ?? 0
    const builder = new BatchBuilder()
    const nowMs = this.#client.world.clock.now()
    for (const value of values) builder.append(nowMs, null, Buffer.from(String(value)))
    const identity = { producerId: this.#producerId, producerEpoch: this.#producerEpoch }
    const records = builder.build({ ...identity, baseSequence, isTransactional: true })
    const bytes = Buffer.from(records)
    let baseOffset = -1
    const answer = await this.#retried(async () => {
      const response = await this.#client.ask(
        (connection) =>
          connection.send(Produce, this.#version === 2 ? 12 : 11, {
            transactionalId: this.#transactionalId,
            acks: -1,
            timeoutMs: 1_000,
            topicData: [{ name: topic, partitionData: [{ index: partition, records: bytes }] }],
          }),
        { kind: 'leader', partition },
      )
      const one = response?.responses[0]?.partitionResponses[0]
      baseOffset = one?.baseOffset ?? -1
      return one && errorName(one.errorCode)
    })
    if (answer === 'NONE') this.#sequences.set(partition, baseSequence + values.length)
    else this.#isLost = true
    return { answer, baseOffset }
  }

  /** Commits an offset of a group within the transaction. */
  async commitOffset(groupId: string, partition: number, offset: number): Promise<Answer> {
    const producer = {
      transactionalId: this.#transactionalId,
      producerId: this.#producerId,
      producerEpoch: this.#producerEpoch,
    }
    if (this.#version === 1) {
      const added = await this.#retried(async () => {
        const response = await this.#client.ask(
          (connection) => connection.send(AddOffsetsToTxn, 3, { ...producer, groupId }),
          this.#coordinator,
        )
        return response && errorName(response.errorCode)
      })
      if (added !== 'NONE') return added
    }
    const place = { partitionIndex: partition, committedOffset: offset, committedMetadata: null }
    return this.#retried(async () => {
      const response = await this.#client.ask(
        (connection) =>
          connection.send(TxnOffsetCommit, this.#version === 2 ? 5 : 3, {
            ...producer,
            groupId,
            topics: [{ name: topic, partitions: [place] }],
          }),
        { kind: 'coordinator', key: groupId, keyType: 0 },
      )
      const one = response?.topics[0]?.partitions[0]
      return one && errorName(one.errorCode)
    })
  }

  /** Ends the transaction. Undefined: nobody knows how. */
  async end(committed: boolean): Promise<Answer> {
    for (let attempt = 0; attempt < 10; attempt++) {
      const response = await this.#client.ask(
        (connection) =>
          connection.send(EndTxn, this.#version === 2 ? 5 : 4, {
            transactionalId: this.#transactionalId,
            producerId: this.#producerId,
            producerEpoch: this.#producerEpoch,
            committed,
          }),
        this.#coordinator,
      )
      const answer = response && errorName(response.errorCode)
      if (answer === 'NONE' && this.#version === 2 && response !== undefined) this.#take(response)
      const isUnsure = answer === undefined || answer === 'NOT_COORDINATOR'
      // In version 1 a repetition might end the next transaction.
      if (isUnsure && this.#version === 1) return undefined
      if (!isUnsure && !PASSING.has(answer)) {
        // In version 1 the sequences go on: only a new epoch begins them again.
        return this.#isLost && this.#version === 1 ? undefined : answer
      }
      await this.#rest()
    }
    return undefined
  }

  async #addPartition(partition: number): Promise<Answer> {
    const response = await this.#client.ask(
      (connection) =>
        connection.send(AddPartitionsToTxn, 3, {
          v3AndBelowTransactionalId: this.#transactionalId,
          v3AndBelowProducerId: this.#producerId,
          v3AndBelowProducerEpoch: this.#producerEpoch,
          v3AndBelowTopics: [{ name: topic, partitions: [partition] }],
        }),
      this.#coordinator,
    )
    const [result] = response?.resultsByTopicV3AndBelow[0]?.resultsByPartition ?? []
    return result && errorName(result.partitionErrorCode)
  }

  async #retried(ask: () => Promise<Answer>): Promise<Answer> {
    let answer: Answer
    for (let attempt = 0; attempt < RETRIES; attempt++) {
      answer = await ask()
      if (answer !== undefined && !PASSING.has(answer)) return answer
      await this.#rest()
    }
    return answer
  }

  #rest(): Promise<void> {
    return this.#client.world.clock.sleep(20)
  }

  /** An identity is new: sequences begin again. */
  #take(identity: { readonly producerId: number; readonly producerEpoch: number }): void {
    this.#producerId = identity.producerId
    this.#producerEpoch = identity.producerEpoch
    this.#sequences.clear()
    this.#isLost = false
  }
}
