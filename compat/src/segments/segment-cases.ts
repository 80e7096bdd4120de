// The partition folders that Apache Kafka wrote, and what its own readers find in every file of them.

import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

/** A record as Kafka's reader shows it; keys and values are hexadecimal. */
export interface ExpectedRecord {
  readonly offset: number
  readonly timestamp: number
  readonly key: string | null
  readonly value: string | null
  readonly headers?: readonly (readonly [string, string | null])[]
  readonly keyMessage?: string
  readonly keyJson?: unknown
  readonly valueMessage?: string
  readonly valueVersion?: number
  readonly valueJson?: unknown
}

/** A batch as Kafka's reader shows it. */
export interface ExpectedBatch {
  readonly position: number
  readonly baseOffset: number
  readonly lastOffset: number
  readonly sizeInBytes: number
  readonly partitionLeaderEpoch: number
  readonly transactional: boolean
  readonly control: boolean
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly lastSequence: number
  readonly records: readonly ExpectedRecord[]
}

/** An aborted transaction. */
export interface ExpectedAborted {
  readonly producerId: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly lastStableOffset: number
}

/** What a partition remembers of a producer, with its last batch if there is one. */
export interface ExpectedProducer {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  readonly lastTimestamp: number
  readonly currentTxnFirstOffset?: number
  readonly batches: readonly {
    readonly firstSeq: number
    readonly lastSeq: number
    readonly firstOffset: number
    readonly lastOffset: number
  }[]
}

/** What is in one file; which fields there are depends on the kind of file. */
export interface ExpectedFile {
  readonly size: number
  readonly batches?: readonly ExpectedBatch[]
  readonly validBytes?: number
  readonly entries?: readonly (readonly [number, number])[]
  readonly zeroPadded?: boolean
  readonly aborted?: readonly ExpectedAborted[]
  readonly producers?: readonly ExpectedProducer[]
  readonly text?: string
}

/** One partition folder. */
export interface SegmentCase {
  readonly name: string
  readonly folder: string
  /** The topic it was written for: that of its directory. */
  readonly topic: string
  readonly topicId: string
  readonly files: Readonly<Record<string, ExpectedFile>>
  /** The batches of all segments, in order. */
  readonly batches: readonly ExpectedBatch[]
  readonly aborted: readonly ExpectedAborted[]
  /** The offset after the last whole batch. */
  readonly endOffset: number
  /** Whether the broker was killed before it could close the log. */
  readonly isKilled: boolean
  /** The offsets that consumers of each isolation level see, where the case says so. */
  readonly read:
    | Readonly<Record<'read_committed' | 'read_uncommitted', readonly number[]>>
    | undefined
}

/** Parses JSON; integers beyond 2^53 become strings of their digits. */
function parseExact(text: string): unknown {
  return JSON.parse(
    text.replace(/([:[,]\s*)(-?\d{16,})(?=\s*[,}\]])/g, (all, before: string, digits: string) =>
      Number.isSafeInteger(Number(digits)) ? all : `${before}"${digits}"`,
    ),
  )
}

/** All cases in `directory`. */
export function readCases(directory: string): SegmentCase[] {
  return readdirSync(directory)
    .sort()
    .map((name) => join(directory, name))
    .filter((folder) => existsSync(join(folder, 'expected.json')))
    .map(readCase)
}

function readCase(folder: string): SegmentCase {
  const text = readFileSync(join(folder, 'expected.json'), 'utf8')
  const { files } = parseExact(text) as { files: Readonly<Record<string, ExpectedFile>> }
  const name = basename(folder)
  const inOrder = Object.keys(files)
    .sort()
    .map((file) => files[file])
  const batches = inOrder.flatMap((file) => file?.batches ?? [])
  const logs = inOrder.filter((file) => file?.validBytes !== undefined)
  const readFile = join(folder, 'read.json')
  return {
    name,
    folder,
    topic: name === 'torn-tail' ? 'epochs' : name.replace(/-(?:killed|recovered)$/, ''),
    topicId: /topic_id: (\S+)/.exec(files['partition.metadata']?.text ?? '')?.[1] ?? '',
    files,
    batches,
    aborted: inOrder.flatMap((file) => file?.aborted ?? []),
    endOffset: (batches.at(-1)?.lastOffset ?? -1) + 1,
    isKilled: name.endsWith('-killed') || logs.some((log) => log?.validBytes !== log?.size),
    read: existsSync(readFile) ? JSON.parse(readFileSync(readFile, 'utf8')) : undefined,
  }
}

/** The records of a partition as `[offset, timestamp, key, value, headers]`, for comparing. */
export function plainRecords(
  batches: readonly { readonly records: readonly ExpectedRecord[] }[],
): unknown[] {
  return batches.flatMap(({ records }) =>
    records.map(({ offset, timestamp, key, value, headers = [] }) => ({
      offset,
      timestamp,
      key,
      value,
      headers,
    })),
  )
}
