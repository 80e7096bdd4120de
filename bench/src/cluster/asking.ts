// What is asked of a cluster while it is measured: who leads, create these topics, are all partitions there.

import { KafkaConnection } from '@samsa/network'
import { CreateTopics, ListOffsets, Metadata } from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'
import type { Member } from './contenders.ts'

/** A connection to one broker, closed when it is disposed of. */
export function connectTo({ port }: Pick<Member, 'port'>): Promise<KafkaConnection> {
  return KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port, clientId: 'bench' })
}

/** Brokers, controller, and the leader of every partition (by index) of every topic that was asked for. */
export interface View {
  readonly brokers: readonly number[]
  readonly controllerId: number
  readonly leaders: ReadonlyMap<string, readonly number[]>
}

/** What a broker knows; `topics` null asks for all of them. */
export async function viewOf(
  connection: KafkaConnection,
  topics: readonly string[] | null,
): Promise<View> {
  const answer = await connection.send(Metadata, 9, {
    topics: topics?.map((name) => ({ name })) ?? null,
    allowAutoTopicCreation: false,
  })
  const leaders = answer.topics.map(({ name, partitions }) => {
    const byIndex = partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex)
    return [name ?? '', byIndex.map(({ leaderId }) => leaderId)] as const
  })
  return {
    brokers: answer.brokers.map(({ nodeId }) => nodeId),
    controllerId: answer.controllerId,
    leaders: new Map(leaders),
  }
}

/** Creates topics in one request, which Apache Kafka takes by its controller only. */
export async function createTopics(
  connection: KafkaConnection,
  names: readonly string[],
  { partitions, replicationFactor }: { partitions: number; replicationFactor: number },
): Promise<void> {
  const { topics } = await connection.send(CreateTopics, 5, {
    topics: names.map((name) => {
      return { name, numPartitions: partitions, replicationFactor, assignments: [], configs: [] }
    }),
    timeoutMs: 60_000,
  })
  const failed = topics.find(({ errorCode }) => errorCode !== 0)
  if (failed !== undefined) throw new Error(`${failed.name}: ${failed.errorMessage}`)
}

/** How many partitions their leaders serve: those whose end can be asked for. */
export async function servedPartitions(
  members: readonly Member[],
  { leaders }: View,
): Promise<number> {
  let served = 0
  for (const { id, port } of members) {
    const topics = [...leaders].flatMap(([name, ids]) => {
      const partitions = ids.flatMap((leader, partitionIndex) =>
        leader === id ? [{ partitionIndex, timestamp: -1 }] : [],
      )
      return partitions.length === 0 ? [] : [{ name, partitions }]
    })
    if (topics.length === 0) continue
    await using connection = await connectTo({ port })
    const answer = await connection.send(ListOffsets, 5, { replicaId: -1, topics })
    for (const { partitions } of answer.topics) {
      served += partitions.filter(({ errorCode }) => errorCode === 0).length
    }
  }
  return served
}
