// The `.snapshot` file: the producer state just before the offset in its name, with one batch per producer.
//
//   at  bytes  field                        per producer, 46 bytes:
//   0   2      version, 1                   0   8  producer id
//   2   4      CRC-32C of the rest          8   2  producer epoch
//   6   4      number of producers          10  4  last sequence, -1 without a batch
//   10  …      producers                    14  8  last offset, -1 without a batch
//                                           22  4  offset delta of the last batch
//                                           26  8  timestamp
//                                           34  4  coordinator epoch
//                                           38  8  first offset of the open transaction, or -1

import { crc32c } from '@samsa/protocol'
import { readInt64, writeInt64 } from '../indexes/int64.ts'
import { lastDataOffsetOf, lastSequenceOf, type ProducerEntry } from './producer-entry.ts'

const HEADER_BYTES = 10
const ENTRY_BYTES = 46
const CRC_AT = 2
const COUNT_AT = 6

/** The content of a `.snapshot` file. */
export function formatProducerSnapshot(entries: Iterable<ProducerEntry>): Buffer {
  const all = [...entries]
  const bytes = Buffer.alloc(HEADER_BYTES + all.length * ENTRY_BYTES)
  bytes.writeInt16BE(1, 0)
  bytes.writeInt32BE(all.length, COUNT_AT)
  let at = HEADER_BYTES
  for (const entry of all) {
    writeInt64(bytes, at, entry.producerId)
    bytes.writeInt16BE(entry.producerEpoch, at + 8)
    bytes.writeInt32BE(lastSequenceOf(entry), at + 10)
    writeInt64(bytes, at + 14, lastDataOffsetOf(entry))
    bytes.writeInt32BE(entry.batches.at(-1)?.offsetDelta ?? 0, at + 22)
    writeInt64(bytes, at + 26, entry.lastTimestamp)
    bytes.writeInt32BE(entry.coordinatorEpoch, at + 34)
    writeInt64(bytes, at + 38, entry.transactionStartOffset)
    at += ENTRY_BYTES
  }
  bytes.writeUInt32BE(crc32c(bytes.subarray(COUNT_AT)), CRC_AT)
  return bytes
}

/** Reads a `.snapshot` file; a sentence about what is wrong instead when it is damaged. */
export function parseProducerSnapshot(bytes: Buffer): ProducerEntry[] | string {
  if (bytes.length < HEADER_BYTES) return `only ${bytes.length} bytes`
  const version = bytes.readInt16BE(0)
  if (version !== 1) return `version ${version} is unknown`
  const count = bytes.readInt32BE(COUNT_AT)
  if (count < 0 || bytes.length !== HEADER_BYTES + count * ENTRY_BYTES) {
    return `${bytes.length} bytes cannot hold exactly ${count} producers`
  }
  if (crc32c(bytes.subarray(COUNT_AT)) !== bytes.readUInt32BE(CRC_AT)) return 'wrong checksum'
  const entries: ProducerEntry[] = []
  for (let at = HEADER_BYTES; at < bytes.length; at += ENTRY_BYTES) {
    entries.push(readEntry(bytes, at))
  }
  return entries
}

function readEntry(bytes: Buffer, at: number): ProducerEntry {
  const lastSequence = bytes.readInt32BE(at + 10)
  const lastOffset = readInt64(bytes, at + 14)
  const offsetDelta = bytes.readInt32BE(at + 22)
  const timestamp = readInt64(bytes, at + 26)
  return {
    producerId: readInt64(bytes, at),
    producerEpoch: bytes.readInt16BE(at + 8),
    coordinatorEpoch: bytes.readInt32BE(at + 34),
    lastTimestamp: timestamp,
    transactionStartOffset: readInt64(bytes, at + 38),
    batches: lastOffset < 0 ? [] : [{ lastSequence, lastOffset, offsetDelta, timestamp }],
  }
}
