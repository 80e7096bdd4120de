/** PushTelemetry, API key 72. */

import { api, bool, bytes, int16, int32, int8, uuid } from '../schema/index.ts'

/** Pushes a client's metrics in OpenTelemetry's format to the broker (KIP-714). */
export const PushTelemetry = api(
  72,
  'PushTelemetry',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      clientInstanceId: uuid,
      subscriptionId: int32,
      /** The client is closing; this push may come early. */
      terminating: bool,
      compressionType: int8,
      /** OpenTelemetry's MetricsData in protobuf. */
      metrics: bytes,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
    },
  },
)
