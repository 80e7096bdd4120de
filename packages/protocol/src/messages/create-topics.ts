/** CreateTopics, API key 19. */

import { api, array, bool, int16, int32, int8, string, uuid } from '../schema/index.ts'

/** Creates topics; admin clients and Streams send it, the controller carries it out. */
export const CreateTopics = api(
  19,
  'CreateTopics',
  { versions: [0, 7], flexible: 5 },
  {
    request: {
      topics: array({
        name: string,
        /** -1: the broker's default (4), or given by `assignments`. */
        numPartitions: int32,
        /** -1: the broker's default (4), or given by `assignments`. */
        replicationFactor: int16,
        /** Which brokers hold each partition; empty lets the controller choose. */
        assignments: array({ partitionIndex: int32, brokerIds: array(int32) }),
        configs: array({ name: string, value: string.nullable() }),
      }),
      timeoutMs: int32.default(60000),
      validateOnly: bool.since(1).default(false),
    },
    response: {
      throttleTimeMs: int32.since(2).default(0).ignorable(),
      topics: array({
        name: string,
        topicId: uuid.since(7).ignorable(),
        errorCode: int16.default(0),
        errorMessage: string.nullable().since(1).ignorable(),
        /** Set where the topic was created, but the client may not see its configuration. */
        topicConfigErrorCode: int16.since(5).tagged(0).ignorable(),
        numPartitions: int32.since(5).default(-1).ignorable(),
        replicationFactor: int16.since(5).default(-1).ignorable(),
        /** Null where the client may not see them (KIP-525). */
        configs: array({
          name: string,
          value: string.nullable(),
          readOnly: bool,
          /** As in DescribeConfigs. */
          configSource: int8.default(-1).ignorable(),
          isSensitive: bool,
        })
          .nullable()
          .since(5)
          .ignorable(),
      }),
    },
  },
)
