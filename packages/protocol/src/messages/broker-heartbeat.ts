/** BrokerHeartbeat, API key 63. */

import { api, array, bool, int16, int32, int64, uuid } from '../schema/index.ts'

/**
 * A broker tells the KRaft controller that it lives, and asks to be unfenced or to shut down.
 */
export const BrokerHeartbeat = api(
  63,
  'BrokerHeartbeat',
  { versions: [0, 2], flexible: 0 },
  {
    request: {
      brokerId: int32,
      brokerEpoch: int64.default(-1),
      currentMetadataOffset: int64,
      wantFence: bool,
      wantShutDown: bool,
      offlineLogDirs: array(uuid).since(1).tagged(0),
      cordonedLogDirs: array(uuid).nullable().since(2).tagged(1).default(null),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      isCaughtUp: bool.default(false),
      isFenced: bool.default(true),
      shouldShutDown: bool,
    },
  },
)
