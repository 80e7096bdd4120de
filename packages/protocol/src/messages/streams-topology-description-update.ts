/** StreamsGroupTopologyDescriptionUpdate, API key 93. */

import { api, array, int16, int32, int8, string, struct } from '../schema/index.ts'

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

/** A Streams member hands in the readable description of its topology. */
export const StreamsGroupTopologyDescriptionUpdate = api(
  93,
  'StreamsGroupTopologyDescriptionUpdate',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      groupId: string,
      memberId: string,
      topologyEpoch: int32,
      topologyDescription: struct(topologyDescription),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      errorMessage: string.nullable().default(null),
    },
  },
)
