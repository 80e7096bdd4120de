/** ConsumerGroupDescribe, API key 69. */

import { api, array, bool, int16, int32, int8, string, struct, uuid } from '../schema/index.ts'

const topicPartitions = { topicId: uuid, topicName: string, partitions: array(int32) }

const assignment = { topicPartitions: array(topicPartitions) }

/** State and members of KIP-848 consumer groups; admin tools ask the coordinator. */
export const ConsumerGroupDescribe = api(
  69,
  'ConsumerGroupDescribe',
  { versions: [0, 1], flexible: 0 },
  {
    request: {
      groupIds: array(string),
      includeAuthorizedOperations: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      groups: array({
        errorCode: int16.default(0),
        errorMessage: string.nullable().default(null),
        groupId: string,
        groupState: string,
        groupEpoch: int32,
        assignmentEpoch: int32,
        assignorName: string,
        members: array({
          memberId: string,
          instanceId: string.nullable().default(null),
          rackId: string.nullable().default(null),
          memberEpoch: int32,
          clientId: string,
          clientHost: string,
          subscribedTopicNames: array(string),
          subscribedTopicRegex: string.nullable().default(null),
          assignment: struct(assignment),
          targetAssignment: struct(assignment),
          /** 0: classic protocol, 1: consumer protocol, -1: unknown. */
          memberType: int8.since(1).default(-1).ignorable(),
        }),
        authorizedOperations: int32.default(-2147483648),
      }),
    },
  },
)
