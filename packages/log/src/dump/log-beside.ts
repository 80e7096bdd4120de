// The log that an index belongs to, read again to hold the index against it.

import { LegacyMessage } from '@samsa/protocol'
import type { Disk } from '@samsa/world'
import { checkpointNames, parseOffsetCheckpoint } from '../checkpoints/offset-checkpoint.ts'
import type { DamageEntry, DumpEntry, NoteEntry } from './dump-entry.ts'
import { batchesIn, type FoundBatch } from './log-batches.ts'

/** Wrong entries of one index that are told one by one. */
const MOST_DAMAGES = 10

/** The whole batches of the log at `path` up to the first place that makes no sense; nothing if there is no log. */
export async function* batchesBeside(
  disk: Disk,
  path: string,
): AsyncGenerator<FoundBatch, void, undefined> {
  if ((await disk.stat(path)) === undefined) return
  const file = await disk.open(path, 'read')
  try {
    for await (const found of batchesIn(file, await file.size())) {
      if (found.kind === 'stop') return
      yield found
    }
  } finally {
    await file.close()
  }
}

/** Whether there is a log to hold an index against. */
export async function hasLog(disk: Disk, path: string): Promise<boolean> {
  return (await disk.stat(path)) !== undefined
}

/**
 * Where the log at `path` begins for readers, by the checkpoint beside its directory: what lies below was deleted, though
 * the segment still holds it. 0 when nothing says otherwise.
 */
export async function logStartOffsetOf(disk: Disk, path: string): Promise<number> {
  const folders = path.split('/')
  const partition = folders.at(-2) ?? ''
  const checkpoint = [...folders.slice(0, -2), checkpointNames.logStartOffset].join('/')
  const text = await disk.readFile(checkpoint)
  const offsets = text === undefined ? undefined : parseOffsetCheckpoint(text.toString())
  return offsets?.get(partition) ?? 0
}

/** Said instead of holding an index against its log. */
export function noLogNote(logPath: string): NoteEntry {
  return { kind: 'note', text: `There is no ${logPath} to hold the entries against.` }
}

/** The offsets and the largest timestamp of a batch; `baseOffset` of magic 0 and 1 is the last one. */
export function extentOf(found: FoundBatch): {
  readonly baseOffset: number
  readonly lastOffset: number
  readonly maxTimestamp: number
} {
  if (found.magic === 2) return found.batch
  const { offset, timestamp } = new LegacyMessage(found.bytes, found.bytesPosition)
  return { baseOffset: offset, lastOffset: offset, maxTimestamp: timestamp }
}

/** Tells what is wrong with an index, but no more than a person reads. */
export async function* firstDamages(
  path: string,
  remedy: string,
  faults: AsyncGenerator<string, void, undefined>,
): AsyncGenerator<DumpEntry, void, undefined> {
  let count = 0
  for await (const what of faults) {
    count += 1
    if (count > MOST_DAMAGES) {
      const text = `The check ends after ${MOST_DAMAGES} wrong entries; more may follow.`
      yield { kind: 'note', text }
      return
    }
    yield indexDamage(path, what, remedy)
  }
}

/** Damage of a file whose remedy is always the same. */
export function indexDamage(path: string, what: string, remedy: string): DamageEntry {
  return { kind: 'damage', path, what, remedy }
}

/** Zeros behind the last entry are what a killed Apache Kafka leaves, which reserves its index files. */
export function* restOfIndex(
  path: string,
  {
    bytes,
    used,
    remedy,
  }: { readonly bytes: Buffer; readonly used: number; readonly remedy: string },
): Generator<DumpEntry> {
  if (used === bytes.length) return
  const rest = bytes.subarray(used)
  const count = `${rest.length} bytes`
  if (rest.every((byte) => byte === 0)) {
    yield { kind: 'note', text: `${count} of zeros follow the last entry: reserved, not used.` }
  } else {
    yield indexDamage(path, `${count} behind the last whole entry are not a whole entry.`, remedy)
  }
}
