// Clients of the simulated broker. They connect again when they lose the connection, and leave what became of a request
// in flight open, as real ones must.

import { KafkaConnection } from '@samsa/network'
import {
  AlterReplicaLogDirs,
  BatchBuilder,
  BatchWalk,
  CreateTopics,
  Fetch,
  Produce,
  readRecords,
} from '@samsa/protocol'
import type { World } from '@samsa/world'
import type { SeededRandom } from '@samsa/world/simulated'
import type { History } from './history.ts'

/** Where the broker is. */
export const brokerHost = 'broker'
export const brokerPort = 9092
const topic = 'stories'

const requestTimeoutMs = 5000

/** A client that opens a connection when it needs one. */
export class Client {
  readonly world: World
  #connection: KafkaConnection | undefined

  constructor(world: World) {
    this.world = world
  }

  /** Runs `ask` on a connection; `undefined` when the connection or the time was lost: the outcome is unknown. */
  async ask<T>(ask: (connection: KafkaConnection) => Promise<T>): Promise<T | undefined> {
    const { clock, network } = this.world
    try {
      this.#connection ??= await KafkaConnection.open(network, {
        host: brokerHost,
        port: brokerPort,
      })
      const connection = this.#connection
      const timer = clock.after(requestTimeoutMs, () => connection.destroy())
      try {
        return await ask(connection)
      } finally {
        timer.cancel()
      }
    } catch (error) {
      if (!(error instanceof Error && error.name === 'WorldError')) throw error
      this.#connection?.destroy()
      this.#connection = undefined
      await clock.sleep(20)
      return undefined
    }
  }

  /** Creates the topic, however often it takes. */
  async createTopic(partitions: number): Promise<void> {
    for (;;) {
      const answer = await this.ask((connection) =>
        connection.send(CreateTopics, 5, {
          topics: [
            {
              name: topic,
              numPartitions: partitions,
              replicationFactor: 1,
              assignments: [],
              configs: [],
            },
          ],
          timeoutMs: 1000,
        }),
      )
      const code = answer?.topics[0]?.errorCode
      // 36: an earlier attempt succeeded after all.
      if (code === 0 || code === 36) return
      await this.world.clock.sleep(50)
    }
  }

  /** Asks that a partition lie in a log directory, whatever the answer. */
  async move(partition: number, path: string): Promise<void> {
    const dirs = [{ path, topics: [{ name: topic, partitions: [partition] }] }]
    await this.ask((connection) => connection.send(AlterReplicaLogDirs, 2, { dirs }))
  }

  async close(): Promise<void> {
    await this.#connection?.close()
  }
}

/** Sends batches until `isOver`; an idempotent producer repeats what it does not know the end of. */
export async function runProducer(
  client: Client,
  name: string,
  options: {
    readonly producerId: number | undefined
    readonly partitions: number
    readonly random: SeededRandom
    readonly history: History
    readonly isOver: () => boolean
  },
): Promise<void> {
  const { producerId, partitions, random, history } = options
  const sequences = Array.from({ length: partitions }, () => 0)
  for (let batch = 0; !options.isOver(); batch++) {
    const partition = random.below(partitions)
    const values = Array.from({ length: 1 + random.below(4) }, (_, i) => `${name}-${batch}-${i}`)
    const isIdempotent = producerId !== undefined
    for (const value of values) history.sending(value, partition, isIdempotent)
    const baseSequence = sequences[partition] ?? 0
    const records = batchOf(values, client.world, producerId, baseSequence)
    for (;;) {
      const answer = await client.ask((connection) => produce(connection, partition, records))
      const done = answer?.responses[0]?.partitionResponses[0]
      if (done?.errorCode === 0) {
        values.forEach((value, i) => history.acknowledge(value, done.baseOffset + i))
        history.acknowledged++
        break
      }
      if (done === undefined) history.unknown++
      if (!isIdempotent || options.isOver()) break
      await client.world.clock.sleep(10)
    }
    sequences[partition] = baseSequence + values.length
    await client.world.clock.sleep(random.below(20))
  }
}

function produce(connection: KafkaConnection, partition: number, records: Buffer) {
  return connection.send(Produce, 9, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
  })
}

function batchOf(
  values: readonly string[],
  world: World,
  producerId: number | undefined,
  baseSequence: number,
): Buffer {
  const builder = new BatchBuilder()
  for (const value of values) builder.append(world.clock.now(), null, Buffer.from(value))
  const identity = producerId === undefined ? {} : { producerId, producerEpoch: 0, baseSequence }
  return Buffer.from(builder.build(identity))
}

/** What one fetch gave. */
interface Fetched {
  readonly records: ReadonlyMap<number, string>
  readonly nextOffset: number
  readonly highWatermark: number
}

/** Reads from `offset` on; `undefined` when there was no answer or an error. */
export async function fetchFrom(
  client: Client,
  partition: number,
  offset: number,
): Promise<Fetched | undefined> {
  const answer = await client.ask((connection) =>
    connection.send(Fetch, 11, {
      maxWaitMs: 100,
      minBytes: 1,
      maxBytes: 100_000,
      topics: [
        { topic, partitions: [{ partition, fetchOffset: offset, partitionMaxBytes: 100_000 }] },
      ],
    }),
  )
  const one = answer?.responses[0]?.partitions[0]
  if (one === undefined || one.errorCode !== 0) return undefined
  const records = new Map<number, string>()
  const walk = new BatchWalk(one.records ?? Buffer.alloc(0))
  let nextOffset = offset
  while (walk.next()) {
    for (const { offset: at, value } of readRecords(walk.batch).records) {
      if (at >= offset) records.set(at, value?.toString() ?? '')
    }
    nextOffset = walk.batch.nextOffset
  }
  return { records, nextOffset, highWatermark: one.highWatermark }
}

/** Reads partitions from random offsets on, until `isOver`. */
export async function runConsumer(
  client: Client,
  options: {
    readonly partitions: number
    readonly random: SeededRandom
    readonly history: History
    readonly isOver: () => boolean
  },
): Promise<void> {
  const { partitions, random, history } = options
  const offsets = Array.from({ length: partitions }, () => 0)
  while (!options.isOver()) {
    const partition = random.below(partitions)
    const offset = offsets[partition] ?? 0
    const fetched = await fetchFrom(client, partition, offset)
    if (fetched === undefined) {
      await client.world.clock.sleep(30)
      continue
    }
    for (const [at, value] of fetched.records) history.saw(partition, at, value)
    offsets[partition] = random.chance(0.1)
      ? random.below(fetched.nextOffset + 1)
      : fetched.nextOffset
  }
}
