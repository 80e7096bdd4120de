// How the topics that coordinators keep their state in are created, whoever needs them first.

import type { BrokerSettings } from '@samsa/settings'
import type { TopicSpec } from './controller.ts'

type Read = <K extends keyof BrokerSettings>(name: K) => BrokerSettings[K]

/** The topic as the settings want it; undefined for a topic that is not internal. */
export function internalTopicSpec(name: string, read: Read): TopicSpec | undefined {
  switch (name) {
    case '__consumer_offsets':
      return {
        name,
        partitionCount: read('offsets.topic.num.partitions'),
        replicationFactor: read('offsets.topic.replication.factor'),
        configs: new Map([
          ['cleanup.policy', 'compact'],
          ['segment.bytes', String(read('offsets.topic.segment.bytes'))],
          ['compression.type', 'producer'],
        ]),
      }
    case '__transaction_state':
      return {
        name,
        partitionCount: read('transaction.state.log.num.partitions'),
        replicationFactor: read('transaction.state.log.replication.factor'),
        configs: new Map([
          ['unclean.leader.election.enable', 'false'],
          ['compression.type', 'uncompressed'],
          ['cleanup.policy', 'compact'],
          ['min.insync.replicas', String(read('transaction.state.log.min.isr'))],
          ['segment.bytes', String(read('transaction.state.log.segment.bytes'))],
        ]),
      }
    default:
      return undefined
  }
}
