/**
 * A subscription to metrics that clients push (KIP-714).
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { int, list, type SettingsTable } from './setting.ts'
import { because } from './because.ts'

export const clientMetricsSettings = {
  metrics: list([], {
    accepted: because.clientTelemetry,
    doc: 'Prefixes of the metrics that matching clients should push; empty means none.',
  }),
  'interval.ms': int(300_000, {
    accepted: because.clientTelemetry,
    doc: 'How often matching clients should push.',
  }),
  match: list([], {
    accepted: because.clientTelemetry,
    doc: 'Which clients the subscription is for: `property=pattern`, separated by commas.',
  }),
} satisfies SettingsTable
