/**
 * The names and numbers of the compression codecs that a batch can carry in its attributes.
 */

const CODECS = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** A compression codec by Kafka's name for it. */
export type CompressionCodec = (typeof CODECS)[number]

/** The codec with this number in a batch's attributes; `undefined` for the unused 5, 6 and 7. */
export function codecOf(id: number): CompressionCodec | undefined {
  return CODECS[id]
}

/** The number of a codec in a batch's attributes. */
export function codecId(codec: CompressionCodec): number {
  return CODECS.indexOf(codec)
}
