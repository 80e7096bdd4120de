// ConsumerGroupDescribe (key 69): consumer groups with epochs, members and assignments (KIP-848).

import { ConsumerGroupDescribe, KafkaError } from '@samsa/protocol'
import type { DescribedConsumerMember } from '../groups/consumer/describe.ts'
import { groupOperations } from './group-operations.ts'
import { handle } from './handle.ts'
import { settleAsync } from './settle.ts'

export const consumerGroupDescribe = handle(ConsumerGroupDescribe, async (request, context) => {
  const isAsked = request.includeAuthorizedOperations
  const groups = await Promise.all(
    request.groupIds.map(async (groupId) => {
      const unknown = {
        groupId,
        groupState: '',
        groupEpoch: 0,
        assignmentEpoch: 0,
        assignorName: '',
        members: [] as readonly DescribedConsumerMember[],
        errorMessage: null as string | null,
      }
      const described = await settleAsync(unknown, async () => {
        if (groupId === '') throw new KafkaError('INVALID_GROUP_ID', 'A group needs an id.')
        context.authorize('Describe', 'Group', groupId)
        const group = await context.groups.describeConsumerGroup(groupId)
        const topics = new Set(
          group.members.flatMap(({ assignment, targetAssignment }) =>
            [assignment, targetAssignment].flatMap(({ topicPartitions }) =>
              topicPartitions.map(({ topicName }) => topicName),
            ),
          ),
        )
        // Names of topics the client may not see are not given away.
        for (const topic of topics) context.authorize('Describe', 'Topic', topic)
        return group
      })
      const authorizedOperations = groupOperations(
        context,
        groupId,
        isAsked && described.errorCode === 0,
      )
      return { ...described, authorizedOperations }
    }),
  )
  return { groups }
})
