// Who may commit offsets for a group: its members with the right generation, and, while it is empty, anybody.

import { KafkaError } from '@samsa/protocol'
import type { Turn } from '../../coordinators/state-machine.ts'
import type { ClassicGroup } from '../classic/classic-group.ts'
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
      const message = `The group is in generation ${group.generationId}.`
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
