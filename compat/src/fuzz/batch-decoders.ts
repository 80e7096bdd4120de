/**
 * Everything that decodes record batches, message sets and compressed payloads, for fuzzing.
 *
 * Invariant: whatever the bytes are, a target returns; an exception is a bug, and so is an answer
 * larger than what it was allowed to make.
 */

import {
  BatchWalk,
  controlTypeOf,
  convertLegacySet,
  coordinatorEpochOf,
  crc32cRange,
  decompress,
  readLegacySet,
  readRecords,
  rebuildBatch,
  validateClientBatches,
} from '@samsa/protocol'
import type { CompressionCodec } from '@samsa/protocol'

/** One decoder under test. */
interface BatchDecoder {
  readonly name: string
  /** Decodes `bytes`, which it may change. */
  readonly run: (bytes: Buffer) => void
}

/** The most that any target may unpack. */
const MAX_PAYLOAD_BYTES = 1 << 20

const CODECS: readonly CompressionCodec[] = ['gzip', 'snappy', 'lz4', 'zstd']

/** The batch decoders. */
export const batchDecoders: readonly BatchDecoder[] = [
  { name: 'read batches', run: readBatches },
  {
    name: 'read batches with right checksums',
    run(bytes) {
      repairChecksums(bytes)
      readBatches(bytes)
    },
  },
  { name: 'validate client batches', run: validate },
  {
    name: 'validate client batches with right checksums',
    run(bytes) {
      repairChecksums(bytes)
      validate(bytes)
    },
  },
  {
    name: 'rebuild batches',
    run(bytes) {
      const walk = new BatchWalk(bytes)
      const target = { compression: 'none', maxPayloadBytes: MAX_PAYLOAD_BYTES } as const
      while (walk.next()) if (walk.magic === 2) rebuildBatch(walk.batch, target)
    },
  },
  {
    name: 'read and convert message sets',
    run(bytes) {
      readLegacySet(bytes, MAX_PAYLOAD_BYTES)
      convertLegacySet(bytes, { compression: 'producer', maxPayloadBytes: MAX_PAYLOAD_BYTES })
    },
  },
  ...CODECS.map((codec) => ({
    name: `decompress ${codec}`,
    run(bytes: Buffer): void {
      const plain = decompress(codec, bytes, MAX_PAYLOAD_BYTES)
      if (Buffer.isBuffer(plain) && plain.length > MAX_PAYLOAD_BYTES) {
        throw new Error(`${codec} unpacked ${plain.length} bytes.`)
      }
    },
  })),
]

function readBatches(bytes: Buffer): void {
  const walk = new BatchWalk(bytes)
  while (walk.next()) {
    if (walk.magic < 2) continue
    walk.batch.verifyChecksum()
    for (const { key, value } of readRecords(walk.batch, MAX_PAYLOAD_BYTES).records) {
      controlTypeOf(key)
      coordinatorEpochOf(value)
    }
  }
}

function validate(bytes: Buffer): void {
  validateClientBatches(bytes, {
    maxMessageBytes: MAX_PAYLOAD_BYTES,
    nowMs: 1790000000000,
    timestampBeforeMaxMs: 1_000_000,
    timestampAfterMaxMs: 1_000_000,
    isCompacted: true,
    recordChecks: 'all',
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
  })
}

/** Without this, next to nothing that was mutated comes past the checksum. */
function repairChecksums(bytes: Buffer): void {
  const walk = new BatchWalk(bytes)
  while (walk.next()) {
    if (walk.magic !== 2) continue
    const { batchPosition, position } = walk
    bytes.writeUInt32BE(crc32cRange(bytes, batchPosition + 21, position), batchPosition + 17)
  }
}
