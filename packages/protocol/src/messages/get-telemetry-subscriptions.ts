/** GetTelemetrySubscriptions, API key 71. */

import { api, array, bool, int16, int32, int8, string, uuid } from '../schema/index.ts'

/**
 * Which metrics should the client push, and how often (KIP-714)? Java's and librdkafka's
 * clients ask.
 */
export const GetTelemetrySubscriptions = api(
  71,
  'GetTelemetrySubscriptions',
  { versions: [0, 0], flexible: 0 },
  {
    request: {
      /** Zero at first: the broker gives one. */
      clientInstanceId: uuid,
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.default(0),
      clientInstanceId: uuid,
      subscriptionId: int32,
      /** Codec numbers, most wanted first. */
      acceptedCompressionTypes: array(int8),
      pushIntervalMs: int32,
      telemetryMaxBytes: int32,
      deltaTemporality: bool,
      /** Prefixes of names; empty: nothing, one empty string: everything. */
      requestedMetrics: array(string),
    },
  },
)
