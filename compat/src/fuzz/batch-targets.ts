/** Record batches, message sets and compressed payloads as fuzzing targets. */

import {
  BatchBuilder,
  buildTransactionMarker,
  compress,
  convertLegacySet,
  decompress,
  readLegacySet,
  readRecords,
  RecordBatch,
  validateClientBatches,
} from '@samsa/protocol'
import type { CompressionCodec } from '@samsa/protocol'
import type { Target } from './target.ts'

/** Enough to find a bomb, little enough to make one cheap. */
const MAX_PAYLOAD_BYTES = 1 << 20
const NOW_MS = 1790000000000
const codecs: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** The decoders of everything that is stored in a log or sent in a Produce request. */
export function batchTargets(): Target[] {
  const batches = codecs.map((codec) => batchOf(codec))
  batches.push(marker())
  const limits = { maxMessageBytes: MAX_PAYLOAD_BYTES, maxPayloadBytes: MAX_PAYLOAD_BYTES }
  const payload = Buffer.from('what is said three times is true; '.repeat(20))
  return [
    {
      name: 'the checks of a client’s batch',
      seeds: batches,
      run: (bytes) => {
        validateClientBatches(bytes, { ...limits, nowMs: NOW_MS, recordChecks: 'all' })
      },
    },
    {
      name: 'the records of a batch',
      seeds: batches,
      run: (bytes) => {
        const batch = bytes.length < 61 ? undefined : new RecordBatch(bytes)
        // Whoever reads records has walked the batches, and knows that this one is all there.
        if (batch?.sizeInBytes === bytes.length) readRecords(batch, MAX_PAYLOAD_BYTES)
      },
    },
    {
      name: 'an old message set',
      seeds: [...batches, legacySet()],
      run: (bytes) => void readLegacySet(bytes, MAX_PAYLOAD_BYTES),
    },
    {
      name: 'an old message set, converted',
      seeds: [legacySet()],
      run: (bytes) => {
        convertLegacySet(bytes, { compression: 'none', maxPayloadBytes: MAX_PAYLOAD_BYTES })
      },
    },
    ...codecs.map((codec) => ({
      name: `bytes compressed with ${codec}`,
      seeds: [Buffer.from(compress(codec, payload))],
      run: (bytes: Buffer) => void decompress(codec, bytes, MAX_PAYLOAD_BYTES),
    })),
  ]
}

function batchOf(compression: CompressionCodec): Buffer {
  const builder = new BatchBuilder()
  for (let i = 0; i < 20; i++) {
    const headers = [{ key: 'h', value: Buffer.from('x') }]
    builder.append(NOW_MS + i, Buffer.from(`key ${i}`), Buffer.alloc(30, i), headers)
  }
  return Buffer.from(builder.build({ compression }))
}

function marker(): Buffer {
  const producer = { producerId: 7, producerEpoch: 1, coordinatorEpoch: 2, timestamp: NOW_MS }
  return Buffer.from(buildTransactionMarker({ type: 'commit', ...producer }))
}

/** One message of magic 1 with a key and a value; its checksum is wrong, which mutations ignore. */
function legacySet(): Buffer {
  const message = Buffer.alloc(8 + 4 + 4 + 1 + 1 + 8 + 4 + 1 + 4 + 1)
  message.writeInt32BE(message.length - 12, 8)
  message[16] = 1
  message.writeInt32BE(1, 26)
  message.writeInt32BE(1, 31)
  return message
}
