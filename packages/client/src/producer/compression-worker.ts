// Compresses the records of a batch in a worker, so that large batches do not hold up the loop. What it needs comes with
// the input; nothing is kept.

import { compress, type CompressionCodec } from '@samsa/protocol'
import type { Task } from '@samsa/world'

/** From this size on a batch is worth the way to a worker and back. */
export const workerBytes = 128 * 1024

interface Input {
  readonly codec: CompressionCodec
  readonly level: number | undefined
  readonly records: Uint8Array
}

/** The task as workers run it. */
export function compressRecords({ codec, level, records }: Input): Uint8Array {
  const bytes = Buffer.from(records.buffer, records.byteOffset, records.byteLength)
  return compress(codec, bytes, level)
}

/** Names `compressRecords` for workers. */
export const compressionTask: Task<Input, Uint8Array> = {
  module: import.meta.url,
  name: 'compressRecords',
}
