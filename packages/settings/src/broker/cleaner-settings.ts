/**
 * Compaction: when a log is cleaned, with how much memory and how fast.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { LONG_MAX, boolean, double, int, long, type SettingsTable } from '../setting.ts'

export const cleanerSettings = {
  'log.cleaner.enable': boolean(true, {
    doc:
      'Whether compacted topics are compacted. Without it they grow, `__consumer_offsets` ' +
      'included.',
  }),
  'log.cleaner.threads': int(1, {
    min: 0,
    dynamic: 'cluster-wide',
    doc: 'How many logs are compacted at the same time.',
  }),
  'log.cleaner.io.max.bytes.per.second': double(Number.MAX_VALUE, {
    dynamic: 'cluster-wide',
    doc: 'Most bytes a second that compaction reads and writes together.',
  }),
  'log.cleaner.dedupe.buffer.size': long(134_217_728, {
    dynamic: 'cluster-wide',
    doc:
      'Memory of all cleaners together for the map from key to latest offset; at least 1 MiB ' +
      'each.',
  }),
  'log.cleaner.io.buffer.size': int(524_288, {
    min: 0,
    dynamic: 'cluster-wide',
    doc: 'Memory of all cleaners together for reading and writing.',
  }),
  'log.cleaner.io.buffer.load.factor': double(0.9, {
    dynamic: 'cluster-wide',
    doc:
      'How full the key map may become. Fuller maps clean more at once but meet more ' +
      'collisions.',
  }),
  'log.cleaner.backoff.ms': long(15_000, {
    min: 0,
    dynamic: 'cluster-wide',
    doc: 'How long a cleaner rests when no log needs it.',
  }),
  'log.cleaner.min.cleanable.ratio': double(0.5, {
    min: 0,
    max: 1,
    dynamic: 'cluster-wide',
    doc:
      "Share of a log's bytes that must be new since the last cleaning before it is cleaned " +
      'again.',
  }),
  'log.cleaner.delete.retention.ms': long(86_400_000, {
    min: 0,
    dynamic: 'cluster-wide',
    doc: 'How long tombstones are kept, so that a consumer that reads from the start sees them.',
  }),
  'log.cleaner.min.compaction.lag.ms': long(0, {
    min: 0,
    dynamic: 'cluster-wide',
    doc: 'How long a record stays untouched by compaction after it was written.',
  }),
  'log.cleaner.max.compaction.lag.ms': long(LONG_MAX, {
    min: 1,
    dynamic: 'cluster-wide',
    doc: 'How long a record may wait for compaction at most, whatever the ratio.',
  }),
} satisfies SettingsTable
