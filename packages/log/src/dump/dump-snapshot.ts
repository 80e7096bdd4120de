// A producer snapshot: what the log remembered of its producers just before the offset in the file's name.

import { decrementSequence } from '@samsa/protocol'
import type { Disk } from '@samsa/world'
import type { ProducerEntry } from '../producers/producer-entry.ts'
import { parseProducerSnapshot } from '../producers/producer-snapshot.ts'
import type { DumpEntry } from './dump-entry.ts'
import type { SegmentFile } from './dump-log.ts'
import { indexDamage } from './log-beside.ts'

const remedy =
  'A start reads the producers from an older snapshot and the batches behind it; remove the file while the broker is ' +
  'down if its checksum is right.'

/** Tells the producers in a `.snapshot` file. */
export async function* dumpSnapshot(
  disk: Disk,
  { path, baseOffset }: SegmentFile,
): AsyncGenerator<DumpEntry, void, undefined> {
  const bytes = (await disk.readFile(path)) ?? Buffer.alloc(0)
  const entries = parseProducerSnapshot(bytes)
  if (typeof entries === 'string') {
    yield indexDamage(path, `The snapshot cannot be read: ${entries}.`, remedy)
    return
  }
  for (const entry of entries) yield describe(entry)
  for (const { producerId, batches, transactionStartOffset } of entries) {
    const last = Math.max(batches.at(-1)?.lastOffset ?? -1, transactionStartOffset)
    if (last < baseOffset) continue
    const what = `Producer ${producerId} is said to have written offset ${last}, beyond the snapshot's ${baseOffset}.`
    yield indexDamage(path, what, remedy)
  }
}

function describe(entry: ProducerEntry): DumpEntry {
  const last = entry.batches.at(-1)
  const lastBatch =
    last === undefined
      ? undefined
      : {
          firstSequence:
            last.lastSequence < 0 ? -1 : decrementSequence(last.lastSequence, last.offsetDelta),
          lastSequence: last.lastSequence,
          firstOffset: last.lastOffset - last.offsetDelta,
          lastOffset: last.lastOffset,
        }
  return {
    kind: 'producer',
    producerId: entry.producerId,
    producerEpoch: entry.producerEpoch,
    coordinatorEpoch: entry.coordinatorEpoch,
    lastTimestamp: entry.lastTimestamp,
    transactionStartOffset: entry.transactionStartOffset,
    lastBatch,
  }
}
