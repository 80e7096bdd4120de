/** Record batches, message sets and compressed payloads as fuzzing targets. */

import { BatchBuilder, buildTransactionMarker, compress } from '@samsa/protocol'
import type { CompressionCodec } from '@samsa/protocol'
import { batchDecoders } from './batch-decoders.ts'
import type { Target } from './target.ts'

const NOW_MS = 1790000000000
const codecs: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** The decoders of everything that is stored in a log or sent in a Produce request, with what they take. */
export function batchTargets(): Target[] {
  const payload = Buffer.from('what is said three times is true; '.repeat(20))
  const compressed = codecs.map((codec) => Buffer.from(compress(codec, payload)))
  const seeds = [...codecs.map(batchOf), marker(), legacySet(), ...compressed]
  return batchDecoders.map(({ name, run }) => ({ name, seeds, run }))
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
