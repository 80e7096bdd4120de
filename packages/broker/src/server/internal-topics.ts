// How the topics that brokers keep their own state in are created: Kafka's names, and settings from offsets.topic.*.

import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import type { TopicSpec } from '../controller/controller.ts'

/** `__consumer_offsets`, as the settings say at the time. */
export function offsetsTopic(settings: BrokerSettingsView): () => TopicSpec {
  return () => ({
    name: '__consumer_offsets',
    partitionCount: settings.get('offsets.topic.num.partitions'),
    replicationFactor: settings.get('offsets.topic.replication.factor'),
    configs: new Map([
      ['cleanup.policy', 'compact'],
      ['compression.type', 'producer'],
      ['segment.bytes', String(settings.get('offsets.topic.segment.bytes'))],
    ]),
  })
}
