/** StreamsGroupDescribe, API key 89. */

import {
  api,
  array,
  bool,
  int16,
  int32,
  int64,
  int8,
  string,
  struct,
  uint16,
} from '../schema/index.ts'

const endpoint = { host: string, port: uint16 }

const taskOffset = { subtopologyId: string, partition: int32, offset: int64 }

const taskIds = { subtopologyId: string, partitions: array(int32) }

const assignment = {
  activeTasks: array(taskIds),
  standbyTasks: array(taskIds),
  warmupTasks: array(taskIds),
}

const keyValue = { key: string, value: string }

const topicInfo = {
  name: string,
  partitions: int32,
  replicationFactor: int16,
  topicConfigs: array(keyValue),
}

const topologyDescriptionNode = {
  name: string,
  nodeType: int8,
  sourceTopics: array(string),
  sinkTopic: string.nullable().default(null),
  stores: array(string),
  successors: array(string),
}

const topologyDescriptionSubtopology = {
  subtopologyId: string,
  nodes: array(topologyDescriptionNode),
}

const topologyDescriptionGlobalStore = {
  source: struct(topologyDescriptionNode),
  processor: struct(topologyDescriptionNode),
}

const topologyDescription = {
  subtopologies: array(topologyDescriptionSubtopology),
  globalStores: array(topologyDescriptionGlobalStore),
}

/** State, members and topology of streams groups; admin tools ask the coordinator. */
export const StreamsGroupDescribe = api(
  89,
  'StreamsGroupDescribe',
  { versions: [0, 1], flexible: 0 },
  {
    request: {
      groupIds: array(string),
      includeAuthorizedOperations: bool,
      includeTopologyDescription: bool.since(1).default(false),
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
        topology: struct({
          epoch: int32,
          subtopologies: array({
            subtopologyId: string,
            sourceTopics: array(string),
            repartitionSinkTopics: array(string),
            stateChangelogTopics: array(topicInfo),
            repartitionSourceTopics: array(topicInfo),
          })
            .nullable()
            .default(null),
        })
          .nullable()
          .default(null),
        members: array({
          memberId: string,
          memberEpoch: int32,
          instanceId: string.nullable().default(null),
          rackId: string.nullable().default(null),
          clientId: string,
          clientHost: string,
          topologyEpoch: int32,
          processId: string,
          userEndpoint: struct(endpoint).nullable().default(null),
          clientTags: array(keyValue),
          taskOffsets: array(taskOffset),
          taskEndOffsets: array(taskOffset),
          assignment: struct(assignment),
          targetAssignment: struct(assignment),
          isClassic: bool,
        }),
        authorizedOperations: int32.default(-2147483648),
        topologyDescription: struct(topologyDescription).nullable().since(1).default(null),
        topologyDescriptionStatus: int8.since(1).default(0),
        assignorName: string.nullable().since(1).default(null).ignorable(),
      }),
    },
  },
)
