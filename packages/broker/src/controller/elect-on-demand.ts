// The decision to elect a leader because somebody asks for it (ElectLeaders), rather than because a broker went.

import { KafkaError } from '@samsa/protocol'
import type { ElectionType, TopicPartition } from './controller.ts'
import { isServing, replacePartition, requirePartition } from './draft-partition.ts'
import { electLeader, electPreferred } from './leader-election.ts'
import type { MetadataDraft } from './metadata-draft.ts'

/** Elects in the draft, or throws the KafkaError that says why not. */
export function electOnDemand(
  draft: MetadataDraft,
  partition: TopicPartition,
  type: ElectionType,
): void {
  const { topic, state } = requirePartition(draft, partition)
  const isLive = (id: number): boolean => isServing(draft, id)
  const needed = type === 'preferred' ? state.leader !== state.replicas[0] : state.leader === -1
  if (!needed) throw new KafkaError('ELECTION_NOT_NEEDED')
  const next =
    type === 'preferred'
      ? electPreferred(state, { isLive })
      : electLeader(state, { isLive, isUncleanAllowed: () => true })
  if (next === state) {
    throw new KafkaError(
      type === 'preferred' ? 'PREFERRED_LEADER_NOT_AVAILABLE' : 'ELIGIBLE_LEADERS_NOT_AVAILABLE',
    )
  }
  replacePartition(draft, topic, partition.partition, next)
}
