// The topic that is measured: made when it is not there.

import { bytes, type KafkaClient, topic as topicOf, type Topic } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import type { BenchFlags } from './command.ts'

/** Values as bytes; keys are not written. */
export type BenchTopic = Topic<Uint8Array | null, Uint8Array>

/** Creates the topic unless it is there. */
export async function benchTopic(client: KafkaClient, flags: BenchFlags): Promise<BenchTopic> {
  const { topic: name, partitions } = flags
  const outcomes = await client.admin().topics.create([{ name, partitions }]).each()
  const outcome = outcomes.get(name)
  const isThere = outcome instanceof KafkaError && outcome.name === 'TOPIC_ALREADY_EXISTS'
  if (outcome instanceof KafkaError && !isThere) throw outcome
  return topicOf(name, { value: bytes })
}
