// What a KIP-848 member says in its heartbeats: everything at first and after any doubt, then only what has changed.
// Pure.

import type { ConsumerGroupHeartbeat, RequestInput } from '@samsa/protocol'
import type { GroupPlan } from './membership.ts'
import type { TopicIdPartitions } from './topic-ids.ts'

type HeartbeatRequest = RequestInput<typeof ConsumerGroupHeartbeat>

/** What the member is and has at the moment. */
export interface MemberView {
  readonly memberId: string
  /** 0 joins, -1 leaves, -2 leaves for a while as a static member. */
  readonly memberEpoch: number
  /** Names, sorted, or a pattern of the broker's syntax. */
  readonly subscription: readonly string[] | { readonly pattern: string }
  readonly owned: readonly TopicIdPartitions[]
}

/** The changing part of the heartbeats of one member. */
export class HeartbeatFields {
  readonly #plan: GroupPlan
  /** As JSON, what the coordinator is known to have heard. */
  #heardSubscription: string | undefined
  #heardOwned: string | undefined

  constructor(plan: GroupPlan) {
    this.#plan = plan
  }

  /** The coordinator may have forgotten, or never heard, what was said. */
  forget(): void {
    this.#heardSubscription = undefined
    this.#heardOwned = undefined
  }

  /** The coordinator has answered the request that said this. */
  heard({ subscription, owned }: MemberView): void {
    this.#heardSubscription = JSON.stringify(subscription)
    this.#heardOwned = JSON.stringify(owned)
  }

  /** Whether there is something to say before the next heartbeat is due. */
  hasNews({ subscription, owned }: MemberView): boolean {
    const isHeard = this.#heardSubscription === JSON.stringify(subscription)
    return !isHeard || this.#heardOwned !== JSON.stringify(owned)
  }

  request(view: MemberView): HeartbeatRequest {
    const { groupId, groupInstanceId = null, rackId = null, maxPollIntervalMs } = this.#plan
    const { memberId, memberEpoch, subscription, owned } = view
    const base = { groupId, memberId, memberEpoch, instanceId: groupInstanceId }
    if (memberEpoch < 0) return base
    const isWhole = memberEpoch === 0 || this.#heardSubscription === undefined
    const isSubscriptionNew = isWhole || this.#heardSubscription !== JSON.stringify(subscription)
    const isOwnedNew = isWhole || this.#heardOwned !== JSON.stringify(owned)
    const whole = {
      rackId,
      rebalanceTimeoutMs: maxPollIntervalMs,
      serverAssignor: this.#plan.remoteAssignor ?? null,
    }
    return {
      ...base,
      ...(isWhole ? whole : {}),
      ...(isSubscriptionNew ? this.#subscriptionFields(subscription) : {}),
      ...(isOwnedNew ? { topicPartitions: owned } : {}),
    }
  }

  #subscriptionFields(subscription: MemberView['subscription']): Partial<HeartbeatRequest> {
    if ('pattern' in subscription) {
      return { subscribedTopicNames: [], subscribedTopicRegex: subscription.pattern }
    }
    // Empty takes a pattern back that was said before.
    const heard = this.#heardSubscription
    const hadPattern = heard?.startsWith('{') === true
    return {
      subscribedTopicNames: subscription,
      ...(hadPattern ? { subscribedTopicRegex: '' } : {}),
    }
  }
}

/**
 * A pattern as brokers take it (RE2): they match it against whole names, JavaScript anywhere in them.
 */
export function brokerPattern({ source, ignoreCase }: RegExp): string {
  const flags = ignoreCase ? '(?i)' : ''
  return `${flags}.*(?:${source}).*`
}
