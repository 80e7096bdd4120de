// ConsumerGroupHeartbeat (key 68): membership of consumer groups (KIP-848). From version 1 on the client makes its own
// member id and may subscribe by a regular expression.

import { ConsumerGroupHeartbeat, KafkaError, type RequestOf } from '@samsa/protocol'
import { clientOf } from './client-of.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

type Heartbeat = RequestOf<typeof ConsumerGroupHeartbeat>

export const consumerGroupHeartbeat = handle(ConsumerGroupHeartbeat, (request, context) => {
  const refused = {
    memberId: null as string | null,
    memberEpoch: 0,
    heartbeatIntervalMs: 0,
    assignment: null as { topicPartitions: Heartbeat['topicPartitions'] & object } | null,
    errorMessage: null as string | null,
  }
  return settleAsync(refused, async () => {
    context.authorize('Read', 'Group', request.groupId)
    for (const topic of request.subscribedTopicNames ?? []) {
      context.authorize('Describe', 'Topic', topic)
    }
    const problem = problemOf(request, context.version)
    if (problem !== undefined) throw new KafkaError('INVALID_REQUEST', problem)
    const { assignment, ...answer } = await context.groups.consumerHeartbeat({
      ...clientOf(context),
      groupId: request.groupId,
      memberId:
        request.memberId === '' ? freshMemberId(context.world.random.bytes(16)) : request.memberId,
      memberEpoch: request.memberEpoch,
      instanceId: request.instanceId,
      rackId: request.rackId,
      rebalanceTimeoutMs: request.rebalanceTimeoutMs,
      subscribedTopicNames: request.subscribedTopicNames,
      subscribedTopicRegex: request.subscribedTopicRegex,
      serverAssignor: request.serverAssignor,
      owned: request.topicPartitions,
      mayDescribe: (topic) => context.isAuthorized('Describe', 'Topic', topic),
    })
    return { ...answer, assignment: assignment === null ? null : { topicPartitions: assignment } }
  })
})

/** In version 0 the coordinator makes the id: a Kafka uuid. */
function freshMemberId(bytes: Buffer): string {
  return bytes.toString('base64url')
}

/** What is wrong with a request by itself, in Kafka's words. */
function problemOf(request: Heartbeat, version: number): string | undefined {
  const { memberEpoch, memberId } = request
  if (request.groupId === '') return "GroupId can't be empty."
  if (request.instanceId === '') return "InstanceId can't be empty."
  if (request.rackId === '') return "RackId can't be empty."
  if (version >= 1 && memberId === '') return "MemberId can't be empty."
  if (memberEpoch < -2) return 'MemberEpoch is invalid.'
  if (memberEpoch !== 0 && memberId === '') return "MemberId can't be empty."
  if (memberEpoch === -2 && request.instanceId === null) return "InstanceId can't be null."
  if (memberEpoch !== 0) return undefined
  if (request.rebalanceTimeoutMs === -1)
    return 'RebalanceTimeoutMs must be provided in first request.'
  if (request.topicPartitions === null || request.topicPartitions.length > 0) {
    return 'TopicPartitions must be empty when (re-)joining.'
  }
  if (request.subscribedTopicNames === null && request.subscribedTopicRegex === null) {
    return 'Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.'
  }
  return undefined
}
