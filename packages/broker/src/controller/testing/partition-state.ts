// States of partitions as tests tell them: what is not said is calm.

import type { PartitionState } from '../../metadata/topic-nodes.ts'

/** A partition led by its first replica in sync, unless said otherwise. */
export function partitionState(
  said: Pick<PartitionState, 'replicas'> & Partial<PartitionState>,
): PartitionState {
  const isr = said.isr ?? said.replicas
  return {
    leader: isr[0] ?? -1,
    leaderEpoch: 3,
    isr,
    elr: [],
    lastKnownElr: [],
    adding: [],
    removing: [],
    partitionEpoch: 7,
    recovering: false,
    ...said,
  }
}
