// The controller asks brokers where the logs of leaderless partitions end, to give the leadership to the longest. It asks
// with OffsetForLeaderEpoch, in the name of a replica that nobody else uses: only brokers of a cluster understand it.

import { KafkaError, OffsetForLeaderEpoch } from '@samsa/protocol'
import type { BrokerPeers } from './broker-peers.ts'

/** The replica id of whoever compares logs. */
export const comparingLogs = -3

/** A partition whose log is compared, under the epoch in which nobody leads. */
export interface ComparedPartition {
  readonly topic: string
  readonly partition: number
  readonly leaderEpoch: number
}

/** Where one replica of it ends. */
export interface ComparedLog extends ComparedPartition {
  readonly epoch: number
  readonly endOffset: number
}

const timeoutMs = 5000

/** Where the broker's logs of these partitions end; those that it cannot tell are left out. Rejects as `request` does. */
export async function askLogEnds(
  peers: BrokerPeers,
  brokerId: number,
  partitions: readonly ComparedPartition[],
): Promise<ComparedLog[]> {
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic)
  const { topics } = await peers.request(
    brokerId,
    OffsetForLeaderEpoch,
    {
      replicaId: comparingLogs,
      topics: Array.from(byTopic, ([topic, asked]) => ({
        topic,
        partitions: asked.map(({ partition, leaderEpoch }) => ({
          partition,
          currentLeaderEpoch: leaderEpoch,
          leaderEpoch,
        })),
      })),
    },
    { timeoutMs, channel: 'log-ends' },
  )
  const ends: ComparedLog[] = []
  for (const { topic, partitions: answered } of topics) {
    const asked = new Map(byTopic.get(topic)?.map((each) => [each.partition, each]))
    for (const { partition, errorCode, leaderEpoch: epoch, endOffset } of answered) {
      const compared = asked.get(partition)
      if (compared === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR')
      if (errorCode === 0) ends.push({ ...compared, epoch, endOffset })
    }
  }
  return ends
}
