// Who may commit offsets for a group: its members with the right generation, and, while it is empty, anybody.

import { KafkaError } from '@samsa/protocol'
import type { Turn } from '../../coordinators/state-machine.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
import type { ConsumerGroup } from '../consumer/consumer-group.ts'
import type { ConsumerMember } from '../consumer/consumer-member.ts'
import type { TopicCommit } from './offset-commit.ts'
import { noteFenced } from '../classic/join.ts'
import { type ClassicContext, keepSession } from '../classic/rebalance.ts'

/** The member a commit claims to come from. */
export interface Committer {
  readonly memberId: string
  readonly groupInstanceId: string | null
  /** -1: it is no member. */
  readonly generationIdOrMemberEpoch: number
  readonly isTransactional: boolean
  /** Versions before 9 of OffsetCommit do not know member epochs, nor their errors (KIP-848). */
  readonly knowsMemberEpochs: boolean
}

/** Throws the KafkaError of a commit that a classic group does not take; a member's session is kept. */
export function checkClassicCommit(
  context: ClassicContext,
  turn: Turn,
  group: ClassicGroup,
  committer: Committer,
): void {
  const { memberId, groupInstanceId, isTransactional } = committer
  const generationId = committer.generationIdOrMemberEpoch
  if (generationId < 0 && group.isEmpty) return
  if (generationId < 0 && memberId === '' && groupInstanceId === null) {
    // Transactional commits of old clients do not tell who they are.
    if (isTransactional) return
    throw new KafkaError('UNKNOWN_MEMBER_ID', 'The group has members; only they may commit.')
  }
  try {
    const member = group.member(memberId, groupInstanceId)
    if (generationId !== group.generationId) {
      const message = `The group is in generation ${group.generationId}, not ${generationId}.`
      throw new KafkaError('ILLEGAL_GENERATION', message)
    }
    if (isTransactional) return
    if (group.state.kind === 'CompletingRebalance') {
      throw new KafkaError('REBALANCE_IN_PROGRESS', 'The group waits for its assignment.')
    }
    keepSession(context, turn, group, member)
  } catch (error) {
    if (error instanceof KafkaError) {
      noteFenced(context, turn, group.groupId, memberId, error, 'OffsetCommit')
    }
    throw error
  }
}

/** Throws the KafkaError of a commit that a consumer group does not take. */
export function checkConsumerCommit(
  group: ConsumerGroup,
  committer: Committer,
  topics: readonly TopicCommit[],
): void {
  const { memberId, groupInstanceId, isTransactional, knowsMemberEpochs } = committer
  const epoch = committer.generationIdOrMemberEpoch
  if (epoch < 0 && group.isEmpty) return
  if (isTransactional && epoch === -1 && memberId === '' && groupInstanceId === null) return
  const member = group.members.get(memberId)
  if (member === undefined) {
    throw new KafkaError('UNKNOWN_MEMBER_ID', `The group has no member ${memberId}.`)
  }
  if (epoch === member.memberEpoch) {
    const isTooOld = !isTransactional && member.classic === null && !knowsMemberEpochs
    if (!isTooOld) return
    const message = 'A member of the consumer protocol commits with version 9 or later.'
    throw new KafkaError('UNSUPPORTED_VERSION', message)
  }
  const message = `The member's epoch is ${member.memberEpoch}, not ${epoch}.`
  if (member.classic !== null) throw new KafkaError('ILLEGAL_GENERATION', message)
  // What the member has had since before that epoch is still its own to commit (KIP-1251).
  if (epoch > member.memberEpoch || !hasHadSince(member, epoch, topics)) {
    throw new KafkaError('STALE_MEMBER_EPOCH', message)
  }
}

function hasHadSince(
  member: ConsumerMember,
  epoch: number,
  topics: readonly TopicCommit[],
): boolean {
  return topics.every(({ topicId = '', partitions }) =>
    partitions.every(({ partition }) => {
      const assigned = member.assigned.get(topicId) ?? member.pendingRevocation.get(topicId)
      const since = assigned?.get(partition)
      return since !== undefined && since <= epoch
    }),
  )
}

/** Throws the KafkaError of a fetch whose member is not, or not any more, what it says (KIP-848). */
export function checkConsumerFetch(
  group: ConsumerGroup,
  { memberId, memberEpoch }: { readonly memberId: string | null; readonly memberEpoch: number },
): void {
  if (memberId === null && memberEpoch < 0) return
  const member = group.members.get(memberId ?? '')
  if (member === undefined) {
    throw new KafkaError('UNKNOWN_MEMBER_ID', `The group has no member ${memberId}.`)
  }
  if (member.memberEpoch !== memberEpoch) {
    const message = `The member's epoch is ${member.memberEpoch}, not ${memberEpoch}.`
    throw new KafkaError('STALE_MEMBER_EPOCH', message)
  }
}
