// The timeouts of members of consumer groups: the session, which every heartbeat begins anew, the time a member has to
// give up partitions, and, for members of the classic protocol, the times to join and to sync.

import type { Turn } from '../../coordinators/state-machine.ts'
import type { ConsumerContext } from './context.ts'

type Timeout = 'session' | 'revocation' | 'join' | 'sync'

const key = (timeout: Timeout, groupId: string, memberId: string): string =>
  `consumer-${timeout}/${groupId}/${memberId}`

/** The member of a group that a timeout is about. */
export interface MemberOf {
  readonly groupId: string
  readonly memberId: string
}

/** A sign of life. */
export function keepConsumerSession(
  context: ConsumerContext,
  turn: Turn,
  { groupId, memberId }: MemberOf,
  timeoutMs: number = context.settings.ofConsumerGroup(groupId).sessionTimeoutMs,
): void {
  turn.schedule(key('session', groupId, memberId), timeoutMs, (later) => {
    expire(context, later, { groupId, memberId }, 'The session timeout passed.')
  })
}

/** The member has to give up partitions at this epoch before the time is over. */
export function expectRevocation(
  context: ConsumerContext,
  turn: Turn,
  { groupId, memberId }: MemberOf,
  { memberEpoch, timeoutMs }: { readonly memberEpoch: number; readonly timeoutMs: number },
): void {
  turn.schedule(key('revocation', groupId, memberId), timeoutMs, (later) => {
    const member = context.consumerGroup(groupId)?.members.get(memberId)
    if (member?.memberEpoch !== memberEpoch || member.state !== 'unrevoked-partitions') return
    const reason = 'It did not give up its partitions before the rebalance timeout.'
    expire(context, later, { groupId, memberId }, reason)
  })
}

export function endRevocation(turn: Turn, { groupId, memberId }: MemberOf): void {
  turn.cancel(key('revocation', groupId, memberId))
}

/** A classic member was told to join again, or was answered and has to sync. The first call counts. */
export function expectClassicRequest(
  context: ConsumerContext,
  turn: Turn,
  { groupId, memberId }: MemberOf,
  { request, timeoutMs }: { readonly request: 'join' | 'sync'; readonly timeoutMs: number },
): void {
  const name = key(request, groupId, memberId)
  if (turn.isScheduled(name)) return
  turn.schedule(name, timeoutMs, (later) => {
    expire(
      context,
      later,
      { groupId, memberId },
      `It did not ${request} before the rebalance timeout.`,
    )
  })
}

export function endClassicRequest(
  turn: Turn,
  { groupId, memberId }: MemberOf,
  request: 'join' | 'sync',
): void {
  turn.cancel(key(request, groupId, memberId))
}

/** The member is gone. */
export function endConsumerTimeouts(turn: Turn, { groupId, memberId }: MemberOf): void {
  for (const timeout of ['session', 'revocation', 'join', 'sync'] as const) {
    turn.cancel(key(timeout, groupId, memberId))
  }
}

function expire(
  context: ConsumerContext,
  turn: Turn,
  { groupId, memberId }: MemberOf,
  reason: string,
): void {
  const group = context.consumerGroup(groupId)
  if (group?.members.has(memberId) !== true) return
  context.fence(turn, group, memberId, { kind: 'expired', reason })
}
