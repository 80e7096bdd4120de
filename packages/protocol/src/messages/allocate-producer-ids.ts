/** AllocateProducerIds, API key 67. */

import { api, int16, int32, int64 } from '../schema/index.ts'

/** A broker takes a block of producer ids from the controller, to give out. */
export const AllocateProducerIds = api(
  67,
  'AllocateProducerIds',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      brokerId: int32,
      brokerEpoch: int64.default(-1),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      producerIdStart: int64,
      producerIdLen: int32,
    },
  },
)
