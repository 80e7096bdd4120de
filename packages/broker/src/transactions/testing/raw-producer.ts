// A transactional producer that speaks in single requests, so that tests can leave one out, repeat it or send it late;
// and a consumer with read_committed that drops aborted records as clients do.

import type { KafkaConnection } from '@samsa/network'
import {
  AddOffsetsToTxn,
  AddPartitionsToTxn,
  BatchBuilder,
  BatchWalk,
  controlTypeOf,
  EndTxn,
  errorName,
  Fetch,
  InitProducerId,
  OffsetFetch,
  Produce,
  readRecords,
  TxnOffsetCommit,
} from '@samsa/protocol'

/** One producer; the transaction version decides which requests it sends. */
export class RawProducer {
  readonly #connection: KafkaConnection
  readonly transactionalId: string
  readonly version: 1 | 2
  producerId = -1
  producerEpoch = -1
  readonly #sequences = new Map<string, number>()

  constructor(connection: KafkaConnection, transactionalId: string, version: 1 | 2) {
    this.#connection = connection
    this.transactionalId = transactionalId
    this.version = version
  }

  /** Takes the transactional id; asks again while a transaction of the past is being aborted. */
  async init(timeoutMs = 60_000): Promise<string> {
    for (;;) {
      const answer = await this.#connection.send(InitProducerId, 4, {
        transactionalId: this.transactionalId,
        transactionTimeoutMs: timeoutMs,
      })
      if (errorName(answer.errorCode) === 'CONCURRENT_TRANSACTIONS') continue
      if (answer.errorCode === 0) this.#take(answer)
      return errorName(answer.errorCode)
    }
  }

  /** Version 1 only. */
  async addPartitions(topic: string, partitions: readonly number[]): Promise<string> {
    const answer = await this.#connection.send(AddPartitionsToTxn, 3, {
      v3AndBelowTransactionalId: this.transactionalId,
      v3AndBelowProducerId: this.producerId,
      v3AndBelowProducerEpoch: this.producerEpoch,
      v3AndBelowTopics: [{ name: topic, partitions: [...partitions] }],
    })
    const [result] = answer.resultsByTopicV3AndBelow[0]?.resultsByPartition ?? []
    return errorName(result?.partitionErrorCode ?? -1)
  }

  /** Writes records; their sequences follow the last ones that were accepted. */
  async produce(
    topic: string,
    values: readonly string[],
    { partition = 0, apiVersion = this.version === 2 ? 12 : 11 } = {},
  ): Promise<string> {
    const key = `${topic}-${partition}`
    const baseSequence = this.#sequences.get(key) ?? 0
    const builder = new BatchBuilder()
    for (const value of values) builder.append(1_700_000_000_000, null, Buffer.from(value))
    const { producerId, producerEpoch } = this
    const batch = { producerId, producerEpoch, baseSequence, isTransactional: true }
    const answer = await this.#connection.send(Produce, apiVersion, {
      transactionalId: this.transactionalId,
      acks: -1,
      timeoutMs: 1000,
      topicData: [
        { name: topic, partitionData: [{ index: partition, records: builder.build(batch) }] },
      ],
    })
    const code = answer.responses[0]?.partitionResponses[0]?.errorCode ?? -1
    if (code === 0) this.#sequences.set(key, baseSequence + values.length)
    return errorName(code)
  }

  /** Adds the group (version 1) and commits an offset within the transaction. */
  async commitOffset(groupId: string, topic: string, offset: number): Promise<string> {
    const { transactionalId, producerId, producerEpoch } = this
    const producer = { transactionalId, producerId, producerEpoch }
    if (this.version === 1) {
      const added = await this.#connection.send(AddOffsetsToTxn, 3, { ...producer, groupId })
      if (added.errorCode !== 0) return errorName(added.errorCode)
    }
    const answer = await this.#connection.send(TxnOffsetCommit, this.version === 2 ? 5 : 3, {
      ...producer,
      groupId,
      topics: [
        {
          name: topic,
          partitions: [{ partitionIndex: 0, committedOffset: offset, committedMetadata: null }],
        },
      ],
    })
    return errorName(answer.topics[0]?.partitions[0]?.errorCode ?? -1)
  }

  /** Ends the transaction; asks again while the one before is completing. */
  async end(committed: boolean): Promise<string> {
    for (;;) {
      const { transactionalId, producerId, producerEpoch } = this
      const answer = await this.#connection.send(EndTxn, this.version === 2 ? 5 : 4, {
        transactionalId,
        producerId,
        producerEpoch,
        committed,
      })
      if (errorName(answer.errorCode) === 'CONCURRENT_TRANSACTIONS') continue
      if (answer.errorCode === 0 && this.version === 2) this.#take(answer)
      return errorName(answer.errorCode)
    }
  }

  /** An identity is new: sequences begin again. */
  #take(identity: { readonly producerId: number; readonly producerEpoch: number }): void {
    this.producerId = identity.producerId
    this.producerEpoch = identity.producerEpoch
    this.#sequences.clear()
  }
}

/** What a consumer with read_committed sees of a partition, and how far it may look. */
export async function readCommitted(
  connection: KafkaConnection,
  topic: string,
  partition = 0,
): Promise<{ values: string[]; lastStableOffset: number; highWatermark: number }> {
  const answer = await connection.send(Fetch, 11, {
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: 10_000_000,
    isolationLevel: 1,
    topics: [{ topic, partitions: [{ partition, fetchOffset: 0, partitionMaxBytes: 10_000_000 }] }],
  })
  const fetched = answer.responses[0]?.partitions[0]
  const values: string[] = []
  // As kafkajs does, which takes the order as it comes.
  const waiting = [...(fetched?.abortedTransactions ?? [])]
  const aborted = new Set<number>()
  const walk = new BatchWalk(fetched?.records ?? Buffer.alloc(0))
  while (walk.next()) {
    const { batch } = walk
    while (waiting[0] !== undefined && waiting[0].firstOffset <= batch.lastOffset) {
      aborted.add(waiting.shift()?.producerId ?? -1)
    }
    const { records } = readRecords(batch)
    if (batch.isControl) {
      if (controlTypeOf(records[0]?.key ?? null) === 'abort') aborted.delete(batch.producerId)
      continue
    }
    if (batch.isTransactional && aborted.has(batch.producerId)) continue
    for (const { value } of records) values.push(String(value))
  }
  const { lastStableOffset = -1, highWatermark = -1 } = fetched ?? {}
  return { values, lastStableOffset, highWatermark }
}

/** What a group has committed for partition 0 of a topic; an error's name while that is not settled. */
export async function committedOffset(
  connection: KafkaConnection,
  groupId: string,
  topic: string,
): Promise<number | string> {
  const answer = await connection.send(OffsetFetch, 7, {
    groupId,
    topics: [{ name: topic, partitionIndexes: [0] }],
    requireStable: true,
  })
  const partition = answer.topics[0]?.partitions[0]
  if (partition === undefined || partition.errorCode !== 0) {
    return errorName(partition?.errorCode ?? answer.errorCode)
  }
  return partition.committedOffset
}
