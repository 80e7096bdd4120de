/** DeleteTopics, API key 20. */

import { api, array, int16, int32, string, uuid } from '../schema/index.ts'

/** Deletes topics by name or id; admin clients send it, the controller carries it out. */
export const DeleteTopics = api(
  20,
  'DeleteTopics',
  { versions: [0, 6], flexible: 4 },
  {
    request: {
      /** By name, or by id with a null name. */
      topics: array({ name: string.nullable().default(null), topicId: uuid }).since(6),
      topicNames: array(string).until(5).ignorable(),
      timeoutMs: int32,
    },
    response: {
      throttleTimeMs: int32.since(1).default(0).ignorable(),
      responses: array({
        name: string.nullable(6),
        topicId: uuid.since(6).ignorable(),
        errorCode: int16.default(0),
        errorMessage: string.nullable().since(5).default(null).ignorable(),
      }),
    },
  },
)
