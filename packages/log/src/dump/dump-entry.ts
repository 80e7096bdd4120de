// What a dump tells, one entry after the other: the file, what lies in it in order, what is wrong, and how it ends.
// Entries are plain values that stay valid; keys and values are bytes, since only the topic knows what they mean.

import type { RecordHeader, TimestampType } from '@samsa/protocol'

/** What a file of a log directory holds. */
export type DumpKind =
  | 'log'
  | 'offset-index'
  | 'time-index'
  | 'transaction-index'
  | 'producer-snapshot'
  | 'leader-epochs'
  | 'offset-checkpoint'
  | 'partition-metadata'
  | 'meta-properties'
  | 'clean-shutdown'

/** The first entry of every file. */
export interface FileEntry {
  readonly kind: 'file'
  readonly path: string
  readonly contents: DumpKind
  readonly sizeInBytes: number
  /** Of a segment's files and of a snapshot: the offset in the name. */
  readonly baseOffset?: number
}

/** The header of one batch; of magic 0 and 1, the fields that their messages have. */
export interface BatchEntry {
  readonly kind: 'batch'
  /** Bytes from the beginning of the file. */
  readonly position: number
  readonly magic: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly sizeInBytes: number
  readonly recordCount: number
  readonly partitionLeaderEpoch: number
  readonly crc: number
  readonly hasValidChecksum: boolean
  readonly attributes: number
  /** `unknown` where the attributes name no codec. */
  readonly compression: string
  /** `undefined` in magic 0. */
  readonly timestampType: TimestampType | undefined
  readonly isTransactional: boolean
  readonly isControl: boolean
  /** Milliseconds since 1970: when tombstones or the marker in it may go. */
  readonly deleteHorizonMs?: number
  readonly lastOffsetDelta: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastSequence: number
}

/** A message that a coordinator stored in a key or a value, as JSON after its schema. */
export interface StoredMessage {
  readonly message: string
  readonly version: number
  readonly content: unknown
}

/** One record. */
export interface RecordEntry {
  readonly kind: 'record'
  readonly offset: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: readonly RecordHeader[]
  /** What a control record says: `commit`, `abort`, … */
  readonly control?: string
  /** Of a transaction marker. */
  readonly coordinatorEpoch?: number
  /** In the topics of coordinators. */
  readonly keyMessage?: StoredMessage
  readonly valueMessage?: StoredMessage
}

/** How a log segment ends. */
export interface LogEndEntry {
  readonly kind: 'log-end'
  readonly batches: number
  readonly records: number
  /** What a recovery would keep. */
  readonly validBytes: number
  /** The offset after the last batch that a recovery would keep. */
  readonly endOffset: number
}

/** One line of a file that is not a log. */
export type LineEntry =
  | { readonly kind: 'offset-index-entry'; readonly offset: number; readonly position: number }
  | { readonly kind: 'time-index-entry'; readonly timestamp: number; readonly offset: number }
  | {
      readonly kind: 'aborted-transaction'
      readonly producerId: number
      readonly firstOffset: number
      readonly lastOffset: number
      readonly lastStableOffset: number
    }
  | {
      readonly kind: 'producer'
      readonly producerId: number
      readonly producerEpoch: number
      readonly coordinatorEpoch: number
      readonly lastTimestamp: number
      /** -1 when no transaction is open. */
      readonly transactionStartOffset: number
      /** The last batch; `undefined` when none is remembered. */
      readonly lastBatch:
        | {
            readonly firstSequence: number
            readonly lastSequence: number
            readonly firstOffset: number
            readonly lastOffset: number
          }
        | undefined
    }
  | { readonly kind: 'leader-epoch'; readonly epoch: number; readonly startOffset: number }
  | {
      readonly kind: 'partition-offset'
      readonly topic: string
      readonly partition: number
      readonly offset: number
    }
  | { readonly kind: 'property'; readonly name: string; readonly value: string | number }

/** Something that is as it may be, but that a reader should know. */
export interface NoteEntry {
  readonly kind: 'note'
  readonly text: string
}

/** Something that is wrong. */
export interface DamageEntry {
  readonly kind: 'damage'
  readonly path: string
  /** Bytes from the beginning of the file, where one byte can be named. */
  readonly position?: number
  /** A sentence: what is wrong. */
  readonly what: string
  /** A sentence: what a recovery does about it, or what to do where none looks at it. */
  readonly remedy: string
}

/** One entry of a dump. */
export type DumpEntry =
  | FileEntry
  | BatchEntry
  | RecordEntry
  | LogEndEntry
  | LineEntry
  | NoteEntry
  | DamageEntry
