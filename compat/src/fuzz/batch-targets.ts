/**
 * Everything that decodes record batches, message sets and compressed payloads, as fuzzing targets.
 *
 * Invariant: whatever the bytes are, a target returns; an exception is a bug, and so is an answer
 * larger than what it was allowed to make.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  BatchBuilder,
  BatchWalk,
  compress,
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
import type { Target } from './target.ts'

/** The most that any target may unpack. */
const MAX_PAYLOAD_BYTES = 1 << 20

const NOW_MS = 1790000000000

const CODECS: readonly CompressionCodec[] = ['gzip', 'snappy', 'lz4', 'zstd']

/** Golden batches and message sets of all magics and codecs, whole and broken. */
const GOLDEN = '../../../packages/protocol/src/records/testdata/batches.jsonl'

/** The decoders of everything that is stored in a log or sent in a Produce request. */
export function batchTargets(): Target[] {
  const seeds = [...goldenBatches(), ...CODECS.map(largerBatch)]
  const payload = Buffer.from('what is said three times is true; '.repeat(200))
  const target = (name: string, run: (bytes: Buffer) => void): Target => ({ name, seeds, run })
  return [
    target('read batches', readBatches),
    target('read batches with right checksums', (bytes) => readBatches(withChecksums(bytes))),
    target('validate client batches', validate),
    target('validate with right checksums', (bytes) => validate(withChecksums(bytes))),
    target('rebuild batches', rebuild),
    target('read and convert message sets', (bytes) => {
      readLegacySet(bytes, MAX_PAYLOAD_BYTES)
      convertLegacySet(bytes, { compression: 'producer', maxPayloadBytes: MAX_PAYLOAD_BYTES })
    }),
    ...CODECS.map((codec) => ({
      name: `decompress ${codec}`,
      seeds: [compress(codec, payload), compress(codec, Buffer.alloc(2 * MAX_PAYLOAD_BYTES))],
      run: (bytes: Buffer) => unpack(codec, bytes),
    })),
  ]
}

function goldenBatches(): Buffer[] {
  const lines = readFileSync(join(import.meta.dirname, GOLDEN), 'utf8')
    .trim()
    .split('\n')
  return lines.map((line) => Buffer.from((JSON.parse(line) as { hex: string }).hex, 'hex'))
}

function largerBatch(compression: CompressionCodec): Buffer {
  const builder = new BatchBuilder()
  for (let i = 0; i < 100; i++) {
    const headers = [{ key: 'h', value: Buffer.from('x') }]
    builder.append(NOW_MS + i, Buffer.from(`key ${i}`), Buffer.alloc(30, i), headers)
  }
  return builder.build({ compression })
}

function unpack(codec: CompressionCodec, bytes: Buffer): void {
  const plain = decompress(codec, bytes, MAX_PAYLOAD_BYTES)
  if (Buffer.isBuffer(plain) && plain.length > MAX_PAYLOAD_BYTES) {
    throw new Error(`${codec} unpacked ${plain.length} bytes.`)
  }
}

function rebuild(bytes: Buffer): void {
  const walk = new BatchWalk(bytes)
  const target = { compression: 'none', maxPayloadBytes: MAX_PAYLOAD_BYTES } as const
  while (walk.next()) if (walk.magic === 2) rebuildBatch(walk.batch, target)
}

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
    nowMs: NOW_MS,
    timestampBeforeMaxMs: 1_000_000,
    timestampAfterMaxMs: 1_000_000,
    isCompacted: true,
    recordChecks: 'all',
    maxPayloadBytes: MAX_PAYLOAD_BYTES,
  })
}

/** Without this, next to nothing that was mutated comes past the checksum. */
function withChecksums(source: Buffer): Buffer {
  const bytes = Buffer.from(source)
  const walk = new BatchWalk(bytes)
  while (walk.next()) {
    if (walk.magic !== 2) continue
    const { batchPosition, position } = walk
    bytes.writeUInt32BE(crc32cRange(bytes, batchPosition + 21, position), batchPosition + 17)
  }
  return bytes
}
