/** ShareGroupDescribe, API key 77. */

import { api, array, bool, int16, int32, string, struct, uuid } from '../schema/index.ts'

const topicPartitions = { topicId: uuid, topicName: string, partitions: array(int32) }

const assignment = { topicPartitions: array(topicPartitions) }

/** State and members of share groups; admin tools ask the coordinator. */
export const ShareGroupDescribe = api(
  77,
  'ShareGroupDescribe',
  { versions: [1, 1], flexible: 0 },
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
          rackId: string.nullable().default(null),
          memberEpoch: int32,
          clientId: string,
          clientHost: string,
          subscribedTopicNames: array(string),
          assignment: struct(assignment),
        }),
        authorizedOperations: int32.default(-2147483648),
      }),
    },
  },
)
