// What admin calls say of groups: classic ones and those of the consumer protocol (KIP-848) in one form.

import {
  type ConsumerGroupDescribe,
  ConsumerProtocolAssignment,
  ConsumerProtocolSubscription,
  type DescribeGroups,
  type Message,
  ProtocolError,
  type ResponseOf,
} from '@samsa/protocol'
import { type AclOperation, operationsIn } from './operations.ts'
import type { TopicPartition } from './partition-key.ts'

/** Which protocol the group coordinator runs for a group. */
export type GroupType = 'classic' | 'consumer' | 'share' | 'streams'

/** A group in a list. */
export interface GroupListing {
  readonly groupId: string
  /** `consumer` for consumers, `connect` for workers …; empty for groups that only hold offsets. */
  readonly protocolType: string
  /** Undefined before Kafka 2.6. */
  readonly state: string | undefined
  /** Undefined before Kafka 3.8. */
  readonly type: GroupType | undefined
  readonly coordinatorId: number
}

/** A member of a group. */
export interface GroupMember {
  readonly memberId: string
  /** Of a static member. */
  readonly groupInstanceId: string | undefined
  readonly rackId: string | undefined
  readonly clientId: string
  readonly clientHost: string
  /** Topics that it subscribes to by name. */
  readonly subscribedTopics: readonly string[]
  /** The pattern that it subscribes to. */
  readonly subscribedTopicPattern: string | undefined
  readonly assignment: readonly TopicPartition[]
  /** What it shall have (consumer protocol). */
  readonly targetAssignment: readonly TopicPartition[] | undefined
  /** Undefined for members of the classic protocol in a classic group. */
  readonly memberEpoch: number | undefined
  /** Of a classic group's member: what it sent and was given, as bytes. */
  readonly metadata: Buffer | undefined
  readonly assignmentBytes: Buffer | undefined
}

/** A group and its members. */
export interface GroupDescription {
  readonly groupId: string
  readonly type: GroupType
  readonly protocolType: string
  /** `Empty`, `Stable`, `PreparingRebalance`, `CompletingRebalance`, `Assigning`, `Reconciling` or `Dead`. */
  readonly state: string
  /** The assignor in use; empty while there is none. */
  readonly assignor: string
  readonly coordinatorId: number
  /** Of the consumer protocol. */
  readonly groupEpoch: number | undefined
  readonly assignmentEpoch: number | undefined
  readonly members: readonly GroupMember[]
  /** Undefined unless it was asked for. */
  readonly authorizedOperations: readonly AclOperation[] | undefined
}

type ClassicAnswer = ResponseOf<typeof DescribeGroups>['groups'][number]
type ConsumerAnswer = ResponseOf<typeof ConsumerGroupDescribe>['groups'][number]

/** A group of a DescribeGroups answer. */
export function classicGroup(answer: ClassicAnswer, coordinatorId: number): GroupDescription {
  const isOfConsumers = answer.protocolType === 'consumer'
  return {
    groupId: answer.groupId,
    type: 'classic',
    protocolType: answer.protocolType,
    state: answer.groupState,
    assignor: answer.protocolData,
    coordinatorId,
    groupEpoch: undefined,
    assignmentEpoch: undefined,
    members: answer.members.map((member) => classicMember(member, isOfConsumers)),
    authorizedOperations: operationsIn(answer.authorizedOperations),
  }
}

function classicMember(answer: ClassicAnswer['members'][number], isConsumer: boolean): GroupMember {
  const { memberMetadata, memberAssignment } = answer
  const said = isConsumer ? consumerWords(memberMetadata, memberAssignment) : undefined
  return {
    memberId: answer.memberId,
    groupInstanceId: answer.groupInstanceId ?? undefined,
    rackId: said?.rackId,
    clientId: answer.clientId,
    clientHost: answer.clientHost,
    subscribedTopics: said?.subscribedTopics ?? [],
    subscribedTopicPattern: undefined,
    assignment: said?.assignment ?? [],
    targetAssignment: undefined,
    memberEpoch: undefined,
    metadata: memberMetadata,
    assignmentBytes: memberAssignment,
  }
}

/** What a consumer sent, both empty while the group rebalances; undefined where it makes no sense. */
function consumerWords(metadata: Buffer, assignment: Buffer) {
  try {
    const subscription = read(ConsumerProtocolSubscription, metadata)
    const partitions = read(ConsumerProtocolAssignment, assignment)?.assignedPartitions ?? []
    return {
      rackId: subscription?.rackId ?? undefined,
      subscribedTopics: subscription?.topics ?? [],
      assignment: partitions.flatMap(({ topic, partitions }) => {
        return partitions.map((partition) => ({ topic, partition }))
      }),
    }
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

/** Later versions begin as the last known one does. */
function read<Out>(message: Message<Out, never>, bytes: Buffer): Out | undefined {
  if (bytes.length < 2) return undefined
  const version = Math.min(bytes.readInt16BE(0), message.versions[1])
  return message.decodeFrom(version, bytes, 2).value
}

/** A group of a ConsumerGroupDescribe answer. */
export function consumerGroup(answer: ConsumerAnswer, coordinatorId: number): GroupDescription {
  const partitionsOf = (assignment: ConsumerAnswer['members'][number]['assignment']) => {
    return assignment.topicPartitions.flatMap(({ topicName, partitions }) => {
      return partitions.map((partition) => ({ topic: topicName, partition }))
    })
  }
  return {
    groupId: answer.groupId,
    type: 'consumer',
    protocolType: 'consumer',
    state: answer.groupState,
    assignor: answer.assignorName,
    coordinatorId,
    groupEpoch: answer.groupEpoch,
    assignmentEpoch: answer.assignmentEpoch,
    members: answer.members.map((member) => ({
      memberId: member.memberId,
      groupInstanceId: member.instanceId ?? undefined,
      rackId: member.rackId ?? undefined,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopics: member.subscribedTopicNames,
      subscribedTopicPattern: member.subscribedTopicRegex ?? undefined,
      assignment: partitionsOf(member.assignment),
      targetAssignment: partitionsOf(member.targetAssignment),
      memberEpoch: member.memberEpoch,
      metadata: undefined,
      assignmentBytes: undefined,
    })),
    authorizedOperations: operationsIn(answer.authorizedOperations),
  }
}
