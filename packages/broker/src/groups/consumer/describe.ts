// A consumer group as ConsumerGroupDescribe shows it.

import { toLists } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ConsumerMember } from './consumer-member.ts'
import type { Topics } from './topics.ts'

/** Partitions with the names of their topics. */
export interface DescribedAssignment {
  readonly topicPartitions: readonly {
    readonly topicId: string
    readonly topicName: string
    readonly partitions: readonly number[]
  }[]
}

/** A member. */
export interface DescribedConsumerMember
  extends Pick<
    ConsumerMember,
    | 'memberId'
    | 'instanceId'
    | 'rackId'
    | 'memberEpoch'
    | 'clientId'
    | 'clientHost'
    | 'subscribedTopicNames'
  > {
  readonly subscribedTopicRegex: string | null
  readonly assignment: DescribedAssignment
  readonly targetAssignment: DescribedAssignment
  /** 0 classic, 1 consumer. */
  readonly memberType: number
}

/** A group. */
export interface DescribedConsumerGroup {
  readonly groupId: string
  readonly groupState: string
  readonly groupEpoch: number
  readonly assignmentEpoch: number
  readonly assignorName: string
  readonly members: readonly DescribedConsumerMember[]
}

/** Describes a group; `assignorName` is the one its members prefer. */
export function describeConsumerGroup(
  group: ConsumerGroup,
  topics: Topics,
  assignorName: string,
): DescribedConsumerGroup {
  const named = (assignment: Parameters<typeof toLists>[0]): DescribedAssignment => ({
    topicPartitions: toLists(assignment).flatMap(({ topicId, partitions }) => {
      const topicName = topics.nameOf(topicId)
      return topicName === undefined ? [] : [{ topicId, topicName, partitions }]
    }),
  })
  return {
    groupId: group.groupId,
    groupState: group.state.kind,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.assignmentEpoch,
    assignorName,
    members: Array.from(group.members.values(), (member) => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      rackId: member.rackId,
      memberEpoch: member.memberEpoch,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: member.subscribedTopicNames,
      subscribedTopicRegex: member.subscribedTopicRegex === '' ? null : member.subscribedTopicRegex,
      assignment: named(member.assigned),
      targetAssignment: named(group.target(member.memberId)),
      memberType: member.classic === null ? 1 : 0,
    })),
  }
}
