// Transactions as producers of protocol version 2 make them (KIP-890): one Produce, one EndTxn, and the next epoch from
// its answer. Frames are encoded once; only epoch and checksum change.

import { setTimeout as delay } from 'node:timers/promises'
import { encodeRequest, KafkaConnection } from '@samsa/network'
import {
  BatchBuilder,
  crc32cRange,
  EndTxn,
  errorCode,
  errorName,
  FindCoordinator,
  InitProducerId,
  Produce,
} from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'
import { LoadConnection } from '../broker/load.ts'

const produceVersion = 12
const endVersion = 5
/** Where answers of flexible versions begin: behind correlation id and no tags. */
const bodyStart = 5
/** Positions in a record batch. */
const crcPosition = 17
const attributesPosition = 21
const epochPosition = 51
/** The epoch's place from the end of an EndTxn: epoch, decision, no tags. */
const endEpochFromEnd = 4
/** As Java's producer waits before it asks again. */
const retryMs = 20

const retriable = new Set(
  ['CONCURRENT_TRANSACTIONS', 'COORDINATOR_LOAD_IN_PROGRESS', 'NOT_COORDINATOR'].map((name) =>
    errorCode(name as 'NOT_COORDINATOR'),
  ),
)

/** Takes a transactional id. */
async function takeId(
  port: number,
  transactionalId: string,
): Promise<{ readonly producerId: number; readonly producerEpoch: number }> {
  await using connection = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  for (let tries = 0; tries < 3000; tries++) {
    await connection.send(FindCoordinator, 4, { keyType: 1, coordinatorKeys: [transactionalId] })
    const request = { transactionalId, transactionTimeoutMs: 60_000 }
    const answer = await connection.send(InitProducerId, 4, request)
    if (answer.errorCode === 0) return answer
    await delay(retryMs)
  }
  throw new Error(`no producer id for ${transactionalId} within a minute`)
}

/** A producer on a connection of its own, one transaction at a time. */
class LoadProducer {
  readonly #produce: Buffer
  readonly #end: Buffer
  readonly #batchPosition: number
  readonly #batchEnd: number
  #connection: LoadConnection | undefined
  #answered: (answer: Buffer) => void = () => {}

  constructor(
    transactionalId: string,
    place: { readonly topic: string; readonly partition: number },
    producer: { readonly producerId: number; readonly producerEpoch: number },
  ) {
    const builder = new BatchBuilder()
    const value = Buffer.alloc(100, 'v')
    for (let i = 0; i < 10; i++) builder.append(Date.now(), null, value)
    const records = Buffer.from(
      builder.build({ ...producer, baseSequence: 0, isTransactional: true }),
    )
    const partitionData = [{ index: place.partition, records }]
    const topicData = [{ name: place.topic, partitionData }]
    const request = { transactionalId, acks: -1, timeoutMs: 30_000, topicData }
    this.#produce = Buffer.concat(encodeRequest(Produce, produceVersion, request, 1, 'load'))
    this.#batchPosition = this.#produce.indexOf(records)
    this.#batchEnd = this.#batchPosition + records.length
    const end = { transactionalId, ...producer, committed: true }
    this.#end = Buffer.concat(encodeRequest(EndTxn, endVersion, end, 1, 'load'))
  }

  async connect(port: number): Promise<void> {
    const answered = (answer: Buffer | undefined): void => this.#answered(answer ?? Buffer.alloc(0))
    this.#connection = await LoadConnection.open(port, answered, true)
  }

  /** One transaction of ten records; `finished` runs when it is committed. */
  run(finished: () => void): void {
    this.#ask(this.#produce, produceError, () => {
      this.#ask(this.#end, endError, (answer) => {
        const next = EndTxn.response.decode(endVersion, answer, bodyStart)
        this.#takeEpoch(next.producerEpoch)
        finished()
      })
    })
  }

  close(): void {
    this.#connection?.close()
  }

  #ask(frame: Buffer, errorOf: (answer: Buffer) => number, then: (answer: Buffer) => void): void {
    this.#answered = (answer) => {
      const error = errorOf(answer)
      if (error === 0) then(answer)
      else if (!retriable.has(error)) throw new Error(`refused with ${errorName(error)}`)
      else setTimeout(() => this.#connection?.send(frame), retryMs)
    }
    this.#connection?.send(frame)
  }

  #takeEpoch(producerEpoch: number): void {
    const batch = this.#batchPosition
    this.#produce.writeInt16BE(producerEpoch, batch + epochPosition)
    const checksum = crc32cRange(this.#produce, batch + attributesPosition, this.#batchEnd)
    this.#produce.writeUInt32BE(checksum, batch + crcPosition)
    this.#end.writeInt16BE(producerEpoch, this.#end.length - endEpochFromEnd)
  }
}

function produceError(answer: Buffer): number {
  const { responses } = Produce.response.decode(produceVersion, answer, bodyStart)
  return responses[0]?.partitionResponses[0]?.errorCode ?? -1
}

function endError(answer: Buffer): number {
  return EndTxn.response.decode(endVersion, answer, bodyStart).errorCode
}

/** Producers that take turns: whoever is at rest does the next transaction. */
export class TransactionalLoad {
  readonly #producers: LoadProducer[] = []
  readonly #resting: LoadProducer[] = []
  readonly #waiting: (() => void)[] = []

  /** As many producers, each with an id and a connection; the topic has `partitions`. */
  static async open(
    port: number,
    place: { readonly topic: string; readonly partitions: number },
    producerCount: number,
  ): Promise<TransactionalLoad> {
    const load = new TransactionalLoad()
    for (let i = 0; i < producerCount; i++) {
      const id = `producer-${i}`
      const where = { topic: place.topic, partition: i % place.partitions }
      const producer = new LoadProducer(id, where, await takeId(port, id))
      await producer.connect(port)
      load.#producers.push(producer)
      load.#resting.push(producer)
    }
    return load
  }

  /** One transaction, as soon as a producer is free. */
  transact(finished: () => void): void {
    const producer = this.#resting.shift()
    if (producer === undefined) {
      this.#waiting.push(finished)
      return
    }
    producer.run(() => {
      this.#resting.push(producer)
      finished()
      const next = this.#waiting.shift()
      if (next !== undefined) this.transact(next)
    })
  }

  close(): void {
    for (const producer of this.#producers) producer.close()
  }
}
