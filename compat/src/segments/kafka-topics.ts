// Topics on an Apache Kafka broker: creating them, waiting for their leader, producing to them.

import { setTimeout as delay } from 'node:timers/promises'
import { CreateTopics, KafkaError, ListOffsets, Produce } from '@samsa/protocol'
import type { WireClient } from '../wire/wire-client.ts'
import { ask } from './partition-view.ts'
import type { WrittenTopic } from './written-topic.ts'

/** Settings that Kafka is to have for a topic that Samsa writes; it is to leave the files as they are. */
function kafkaConfigs(
  settings: Readonly<Record<string, string>>,
): { name: string; value: string }[] {
  const isCommon = (name: string): boolean =>
    /^(?:retention\.ms|message\.timestamp\.type|compression\.type|cleanup\.policy)$/.test(name)
  const configs = Object.entries(settings).filter(([name]) => isCommon(name))
  configs.push(['min.compaction.lag.ms', String(2 ** 52)], ['min.cleanable.dirty.ratio', '1.0'])
  return configs.map(([name, value]) => ({ name, value }))
}

/** Creates topics of one partition; resolves to their ids by name. */
export async function createTopics(
  client: WireClient,
  topics: readonly WrittenTopic[],
): Promise<Map<string, string>> {
  const answer = await ask(client, CreateTopics, 7, {
    topics: topics.map(({ name, settings }) => ({
      name,
      numPartitions: 1,
      replicationFactor: 1,
      assignments: [],
      configs: kafkaConfigs(settings),
    })),
  })
  for (const { name, errorCode, errorMessage } of answer.topics) {
    if (errorCode !== 0) throw new Error(`${name}: ${errorMessage}`)
  }
  return new Map(answer.topics.map(({ name, topicId }) => [name, topicId]))
}

/** Resolves when the broker leads the topic's partition. */
export async function leads(client: WireClient, name: string): Promise<void> {
  let errorCode = -1
  for (let tries = 0; tries < 400 && errorCode !== 0; tries += 1) {
    const answer = await ask(client, ListOffsets, 7, {
      replicaId: -1,
      topics: [{ name, partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
    })
    errorCode = answer.topics[0]?.partitions[0]?.errorCode ?? -1
    if (errorCode !== 0) await delay(50)
  }
  if (errorCode !== 0) throw KafkaError.of(errorCode)
}

/** What became of a batch. */
export interface Produced {
  readonly errorCode: number
  readonly baseOffset: number
  readonly logAppendTimeMs: number
}

/** Sends one batch with acks=all. */
export async function produce(
  client: WireClient,
  name: string,
  records: Buffer,
): Promise<Produced> {
  const answer = await ask(client, Produce, 9, {
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name, partitionData: [{ index: 0, records }] }],
  })
  const partition = answer.responses[0]?.partitionResponses[0]
  if (partition === undefined) throw new Error('the answer lacks the partition')
  const { errorCode, baseOffset, logAppendTimeMs } = partition
  return { errorCode, baseOffset, logAppendTimeMs }
}
