// The offsets that a group has committed, asked of its coordinator.

import { errorName, KafkaError, OffsetFetch } from '@samsa/protocol'
import type { Patience } from '../cluster/cluster.ts'
import type { PartitionName } from '../consumer/offset-lookup.ts'
import { byTopic } from './consumer-protocol.ts'
import type { GroupCoordinator } from './group-coordinator.ts'

/** What a group has committed for a partition. */
export interface CommittedPosition extends PartitionName {
  /** The next offset to be read. */
  readonly offset: number
  /** Of the record before it; -1 where it is not known. */
  readonly leaderEpoch: number
  readonly metadata: string
}

/**
 * The committed offsets of these partitions; those without are left out. With `isStable` pending offsets of transactions
 * are waited for (KIP-447). Rejects with KafkaError, or WorldError when the time is over.
 */
export async function fetchCommitted(
  coordinator: GroupCoordinator,
  partitions: readonly PartitionName[],
  isStable: boolean,
  patience: Patience,
): Promise<CommittedPosition[]> {
  if (partitions.length === 0) return []
  const { groupId } = coordinator
  const topics = byTopic(partitions).map(({ topic, partitions: partitionIndexes }) => {
    return { name: topic, partitionIndexes }
  })
  return await coordinator.persist(patience, async () => {
    const link = await coordinator.link('main', patience)
    // From version 8 on several groups may be asked for at once, which nobody needs here.
    const version = link.version(OffsetFetch, 7)
    const requireStable = isStable && version >= 7
    const request = { groupId, topics, requireStable }
    const answer = await coordinator.ask(OffsetFetch, request, 'main', patience, {
      highestVersion: 7,
    })
    const failed = (errorCode: number, place: string): KafkaError => {
      const error = errorName(errorCode)
      return new KafkaError(error, `Group ${groupId}${place}: ${new KafkaError(error).message}`)
    }
    if (answer.errorCode !== 0) throw failed(answer.errorCode, '')
    const found: CommittedPosition[] = []
    for (const { name, partitions: list } of answer.topics) {
      for (const one of list) {
        if (one.errorCode !== 0) throw failed(one.errorCode, `, ${name}-${one.partitionIndex}`)
        if (one.committedOffset < 0) continue
        found.push({
          topic: name,
          partition: one.partitionIndex,
          offset: one.committedOffset,
          leaderEpoch: one.committedLeaderEpoch,
          metadata: one.metadata ?? '',
        })
      }
    }
    return found
  })
}
