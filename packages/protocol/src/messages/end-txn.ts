/** EndTxn, API key 26. */

import { api, bool, int16, int32, int64, string } from '../schema/index.ts'

/** Commits or aborts a transaction; the producer sends it to the transaction coordinator. */
export const EndTxn = api(
  26,
  'EndTxn',
  { versions: [0, 5], flexible: 3 },
  {
    request: {
      transactionalId: string,
      producerId: int64,
      producerEpoch: int16,
      /** True commits, false aborts. */
      committed: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      /** To be used for the next transaction, with its epoch (KIP-890). */
      producerId: int64.since(5).default(-1).ignorable(),
      producerEpoch: int16.since(5).default(-1).ignorable(),
    },
  },
)
