// Has the log been cut off below where a reader is? When a partition's leader changes, records that the reader has seen may
// be gone, and others stand at their offsets. The new leader is asked where the epoch of the last record ended (KIP-320).

import { errorName, type ErrorName, OffsetForLeaderEpoch } from '@samsa/protocol'
import type { OpenLink } from '../cluster/open-link.ts'
import type { PartitionName } from './offset-lookup.ts'

/** Where a reader is, and of which epoch the record before it was. */
export interface EpochQuery extends PartitionName {
  /** Of the leader that is asked, as the client knows it. */
  readonly currentLeaderEpoch: number
  /** Of the last record that was fetched. */
  readonly leaderEpoch: number
}

/** What the leader said. */
export interface EpochEnd extends PartitionName {
  readonly error: ErrorName
  /** The largest epoch at or below the one asked for; -1 where none is known. */
  readonly leaderEpoch: number
  /** The first offset after it; -1 where none is known. */
  readonly endOffset: number
}

/** The first version that tells followers from consumers, and lets consumers ask. */
const firstForConsumers = 3

/** Whether the broker can be asked. */
export function canCheckTruncation(link: OpenLink): boolean {
  return (
    link.serves(OffsetForLeaderEpoch) && link.version(OffsetForLeaderEpoch) >= firstForConsumers
  )
}

/** Asks the leader of these partitions. Rejects as `OpenLink.send` does. */
export async function findEpochEnds(
  link: OpenLink,
  queries: readonly EpochQuery[],
): Promise<EpochEnd[]> {
  const topics = [...Map.groupBy(queries, ({ topic }) => topic)].map(([topic, some]) => {
    const partitions = some.map(({ partition, currentLeaderEpoch, leaderEpoch }) => {
      return { partition, currentLeaderEpoch, leaderEpoch }
    })
    return { topic, partitions }
  })
  const answer = await link.send(OffsetForLeaderEpoch, { replicaId: -1, topics })
  return answer.topics.flatMap(({ topic, partitions }) => {
    return partitions.map(({ partition, errorCode, leaderEpoch, endOffset }) => {
      return { topic, partition, error: errorName(errorCode), leaderEpoch, endOffset }
    })
  })
}

/**
 * Where a reader that has fetched up to `fetchOffset` must go back to: `nowhere` when all is well, an offset, or `unknown`
 * when the leader knows nothing of that epoch.
 */
export function divergence(
  fetchOffset: number,
  asked: number,
  { leaderEpoch, endOffset }: Pick<EpochEnd, 'leaderEpoch' | 'endOffset'>,
): 'nowhere' | 'unknown' | number {
  if (endOffset < 0 || leaderEpoch < 0) return 'unknown'
  // A smaller epoch ends where the one asked for would have begun.
  if (leaderEpoch > asked) return 'unknown'
  return endOffset < fetchOffset ? endOffset : 'nowhere'
}
