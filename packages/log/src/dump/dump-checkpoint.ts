// The small text files of a log directory and of a partition's directory.

import type { Disk } from '@samsa/world'
import { parseMetaProperties, parsePartitionMetadata } from '../checkpoints/directory-files.ts'
import {
  checkpointNames,
  parseEpochCheckpoint,
  parseOffsetCheckpoint,
} from '../checkpoints/offset-checkpoint.ts'
import { parsePartitionDirectory } from '../directories/partition-name.ts'
import type { DumpEntry, DumpKind } from './dump-entry.ts'
import { indexDamage } from './log-beside.ts'

/** A text file, and what its name says that it holds. */
interface TextFile {
  readonly path: string
  readonly name: string
  readonly contents: DumpKind
}

/** Tells the lines of a checkpoint or metadata file. */
export async function* dumpCheckpoint(
  disk: Disk,
  { path, name, contents }: TextFile,
): AsyncGenerator<DumpEntry, void, undefined> {
  const text = ((await disk.readFile(path)) ?? Buffer.alloc(0)).toString()
  const entries = linesOf(text, contents)
  if (entries === undefined) {
    const what = `The text is not that of such a file: ${JSON.stringify(text.slice(0, 60))}.`
    yield indexDamage(path, what, remedies[name] ?? remedies[contents] ?? '')
    return
  }
  yield* entries
  if (contents === 'leader-epochs') yield* epochDisorder(path, entries)
}

const remedies: Readonly<Record<string, string>> = {
  [checkpointNames.recoveryPoint]:
    'A start after an unclean shutdown recovers all logs from their beginning.',
  [checkpointNames.highWatermark]:
    'High watermarks begin at the log start offsets, until replicas agree on them again.',
  [checkpointNames.logStartOffset]:
    'Records that DeleteRecords removed from within a segment come back.',
  [checkpointNames.cleanerOffset]: 'Compaction begins at the start of each log.',
  'leader-epochs':
    'Epochs are known again from those batches that a recovery scans; remove the file while the broker is down.',
  'partition-metadata':
    'The partition is not served until the file says `version: 0` and `topic_id: …` of its topic.',
  'meta-properties': 'The directory counts as new: a start writes the file again.',
  'clean-shutdown': 'The file counts by being there; nothing is recovered.',
}

/** `undefined` when the text is not what it should be. */
function linesOf(text: string, contents: DumpKind): DumpEntry[] | undefined {
  switch (contents) {
    case 'leader-epochs':
      return parseEpochCheckpoint(text)?.map((each) => ({ kind: 'leader-epoch', ...each }))
    case 'offset-checkpoint': {
      const offsets = parseOffsetCheckpoint(text)
      if (offsets === undefined) return undefined
      return Array.from(offsets, ([directory, offset]) => {
        const { topic, partition } = parsePartitionDirectory(directory) ?? {
          topic: directory,
          partition: -1,
        }
        return { kind: 'partition-offset', topic, partition, offset }
      })
    }
    case 'partition-metadata': {
      const topicId = parsePartitionMetadata(text)
      return topicId === undefined ? undefined : properties({ topicId })
    }
    case 'meta-properties': {
      const meta = parseMetaProperties(text)
      return meta === undefined ? undefined : properties({ ...meta })
    }
    default:
      return cleanShutdown(text)
  }
}

function properties(values: Readonly<Record<string, string | number>>): DumpEntry[] {
  return Object.entries(values).map(([name, value]) => ({ kind: 'property', name, value }))
}

/** Empty up to Kafka 3.6; JSON with the broker epoch since (KIP-966). */
function cleanShutdown(text: string): DumpEntry[] | undefined {
  if (text.trim() === '') return []
  try {
    const content: unknown = JSON.parse(text)
    if (typeof content !== 'object' || content === null) return undefined
    return properties(content as Record<string, string | number>)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function* epochDisorder(path: string, entries: readonly DumpEntry[]): Generator<DumpEntry> {
  let previous: { epoch: number; startOffset: number } | undefined
  for (const entry of entries) {
    if (entry.kind !== 'leader-epoch') continue
    const { epoch, startOffset } = entry
    const isRising =
      previous === undefined || (epoch > previous.epoch && startOffset > previous.startOffset)
    if (!isRising) {
      const what = `Epoch ${epoch} from offset ${startOffset} does not follow epoch ${previous?.epoch} from ${previous?.startOffset}.`
      yield indexDamage(path, what, 'The later line counts, and removes those that contradict it.')
    }
    previous = { epoch, startOffset }
  }
}
