/** PushTelemetry, API key 72. */

import { api, bool, bytes, int16, int32, int8, uuid } from '../schema/index.ts'

/** ? */
export const PushTelemetry = api(
  72,
  'PushTelemetry',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      clientInstanceId: uuid,
      subscriptionId: int32,
      terminating: bool,
      compressionType: int8,
      metrics: bytes,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
    },
  },
)
