// What the settings of a topic say about appends, worked out once for all appends that they govern: an append asks for a
// dozen of them, and settings are looked up by name.

import type { ClientBatchRules, CompressionCodec } from '@samsa/protocol'
import { OFFSET_INDEX_ENTRY_BYTES } from '../indexes/offset-index.ts'
import { TIME_INDEX_ENTRY_BYTES } from '../indexes/time-index.ts'
import type { LogSettings } from '../log-settings.ts'

/** What a client's batch must be; the time is that of the append under way. */
interface BatchRules extends ClientBatchRules {
  nowMs: number
}

/** The settings of appends, ready for use. */
export interface AppendRules {
  /** What they were made of. */
  readonly settings: LogSettings
  readonly batch: BatchRules
  /** `message.timestamp.type` is LogAppendTime. */
  readonly isAppendTime: boolean
  readonly targetCodec: CompressionCodec | 'producer'
  readonly maxMessageBytes: number
  readonly segmentBytes: number
  /** The most milliseconds that a segment may span, before its jitter. */
  readonly segmentMs: number
  /** Entries that fill an index. */
  readonly maxOffsetEntries: number
  readonly maxTimeEntries: number
  readonly indexIntervalBytes: number
}

/** Works the rules of `settings` out. */
export function appendRules(settings: LogSettings): AppendRules {
  const isCompacted = settings['cleanup.policy'].includes('compact')
  const isAppendTime = settings['message.timestamp.type'] === 'LogAppendTime'
  const maxMessageBytes = settings['max.message.bytes']
  const indexBytes = settings['segment.index.bytes']
  // Compaction takes sealed segments only, so one that must be compacted soon must be sealed soon.
  const longestLagMs = isCompacted ? settings['max.compaction.lag.ms'] : Infinity
  return {
    settings,
    batch: {
      maxMessageBytes,
      nowMs: 0,
      timestampType: isAppendTime ? 'LogAppendTime' : 'CreateTime',
      timestampBeforeMaxMs: settings['message.timestamp.before.max.ms'],
      timestampAfterMaxMs: settings['message.timestamp.after.max.ms'],
      isCompacted,
    },
    isAppendTime,
    targetCodec: targetCodec(settings),
    maxMessageBytes,
    segmentBytes: settings['segment.bytes'],
    segmentMs: Math.min(settings['segment.ms'], longestLagMs),
    maxOffsetEntries: Math.floor(indexBytes / OFFSET_INDEX_ENTRY_BYTES),
    maxTimeEntries: Math.floor(indexBytes / TIME_INDEX_ENTRY_BYTES) - 1,
    indexIntervalBytes: settings['index.interval.bytes'],
  }
}

function targetCodec(settings: LogSettings): CompressionCodec | 'producer' {
  switch (settings['compression.type']) {
    case 'uncompressed':
      return 'none'
    case 'gzip':
    case 'snappy':
    case 'lz4':
    case 'zstd':
      return settings['compression.type']
    default:
      return 'producer'
  }
}
