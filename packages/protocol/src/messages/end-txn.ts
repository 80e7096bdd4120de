/** EndTxn, API key 26. */

import { api, bool, int16, int32, int64, string } from '../schema/index.ts'

/** ? */
export const EndTxn = api(
  26,
  'EndTxn',
  { versions: [0, 5], flexible: 3 },
  {
    request: {
      transactionalId: string,
      producerId: int64,
      producerEpoch: int16,
      committed: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      producerId: int64.since(5).default(-1).ignorable(),
      producerEpoch: int16.since(5).default(-1).ignorable(),
    },
  },
)
