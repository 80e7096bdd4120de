/** GetTelemetrySubscriptions, API key 71. */

import { api, array, bool, int16, int32, int8, string, uuid } from '../schema/index.ts'

/** ? */
export const GetTelemetrySubscriptions = api(
  71,
  'GetTelemetrySubscriptions',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      clientInstanceId: uuid,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      clientInstanceId: uuid,
      subscriptionId: int32,
      acceptedCompressionTypes: array(int8),
      pushIntervalMs: int32,
      telemetryMaxBytes: int32,
      deltaTemporality: bool,
      requestedMetrics: array(string),
    },
  },
)
