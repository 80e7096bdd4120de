// The bytes that sticky assignors of one group exchange in subscriptions.
//
// sticky:              array of { topic string, partitions array of int32 }, generation int32 (absent in its first version)
// cooperative-sticky:  generation int32

import { ByteReader, ByteWriter, ProtocolError } from '@samsa/protocol'
import type { PartitionName } from '../../consumer/offset-lookup.ts'
import type { Claim } from './previous-owners.ts'

const nothing: Claim = { partitions: [], generation: undefined }

/** Bytes of a sticky member; nothing is claimed where they make no sense. */
export function readClaim(userData: Uint8Array | null): Claim {
  if (userData === null || userData.length === 0) return nothing
  try {
    const reader = readerOf(userData)
    const partitions: PartitionName[] = []
    for (let topics = lengthOf(reader, 6); topics > 0; topics--) {
      const topic = reader.text(Math.max(0, reader.int16()))
      for (let left = lengthOf(reader, 4); left > 0; left--) {
        partitions.push({ topic, partition: reader.int32() })
      }
    }
    return { partitions, generation: reader.remaining >= 4 ? reader.int32() : undefined }
  } catch (error) {
    if (error instanceof ProtocolError) return nothing
    throw error
  }
}

/** What `readClaim` reads. */
export function writeClaim(owned: readonly PartitionName[], generationId: number): Uint8Array {
  const writer = new ByteWriter()
  const topics = Map.groupBy(owned, ({ topic }) => topic)
  writer.int32(topics.size)
  for (const [topic, partitions] of topics) {
    writer.string(topic)
    writer.int32(partitions.length)
    for (const { partition } of partitions) writer.int32(partition)
  }
  writer.int32(generationId)
  return writer.finish()
}

/** Bytes of a cooperative sticky member; undefined where there are none, -1 where they make no sense. */
export function readGeneration(userData: Uint8Array | null): number | undefined {
  if (userData === null) return undefined
  return userData.length < 4 ? -1 : readerOf(userData).int32()
}

/** What `readGeneration` reads. */
export function writeGeneration(generationId: number): Uint8Array {
  const writer = new ByteWriter()
  writer.int32(generationId)
  return writer.finish()
}

function readerOf(bytes: Uint8Array): ByteReader {
  return new ByteReader(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
}

/** A number of elements that the bytes have room for. */
function lengthOf(reader: ByteReader, elementBytes: number): number {
  const length = reader.int32()
  if (length < 0 || length * elementBytes > reader.remaining) {
    throw reader.fault(`An array of ${length} elements does not fit.`)
  }
  return length
}
