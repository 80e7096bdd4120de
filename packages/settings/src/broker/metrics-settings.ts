/**
 * How Kafka samples and exports its metrics.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { int, list, long, string, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const metricsSettings = {
  'metrics.num.samples': int(2, {
    min: 1,
    importance: 'low',
    accepted: because.metricSamples,
    doc: 'Samples over which Kafka computes a rate.',
  }),
  'metrics.sample.window.ms': long(30_000, {
    min: 1,
    importance: 'low',
    accepted: because.metricSamples,
    doc: 'Length of each sample over which Kafka computes a rate.',
  }),
  'metrics.recording.level': string('INFO', {
    importance: 'low',
    accepted: because.metricSamples,
    doc: 'The finest level of metrics that Kafka records.',
  }),
  'metric.reporters': list(['org.apache.kafka.common.metrics.JmxReporter'], {
    importance: 'low',
    dynamic: 'cluster-wide',
    accepted: because.javaClasses,
    doc: 'Java classes that export metrics.',
  }),
  'kafka.metrics.reporters': list([], {
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'Java classes that export the older kind of metrics.',
  }),
  'kafka.metrics.polling.interval.secs': int(10, {
    min: 1,
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'How often the older kind of metrics reporters poll.',
  }),
  'telemetry.max.bytes': int(1_048_576, {
    min: 1,
    importance: 'low',
    accepted: because.clientTelemetry,
    doc: 'Largest metrics report that a client may push (KIP-714).',
  }),
} satisfies SettingsTable
