/** CreatePartitions, API key 37. */

import { api, array, bool, int16, int32, string } from '../schema/index.ts'

/** Adds partitions to topics; admin clients send it. */
export const CreatePartitions = api(
  37,
  'CreatePartitions',
  { versions: [0, 3], flexible: 2 },
  {
    request: {
      topics: array({
        name: string,
        /** The new total, not how many to add. */
        count: int32,
        /** One for each new partition; null lets the controller choose. */
        assignments: array({ brokerIds: array(int32) }).nullable(),
      }),
      timeoutMs: int32,
      validateOnly: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      results: array({
        name: string,
        errorCode: int16.default(0),
        errorMessage: string.nullable().default(null),
      }),
    },
  },
)
