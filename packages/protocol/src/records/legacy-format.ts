/**
 * The layout of messages of magic 0 and 1, which only old producers send.
 *
 *   position  bytes  field
 *          0      8  offset       of a wrapper: the last inner message's
 *          8      4  length       of all that follows
 *         12      4  CRC-32       (not C) of every byte from the magic to the end
 *         16      1  magic        0 or 1
 *         17      1  attributes   bits 0-2 codec, bit 3 append time (magic 1)
 *         18      8  timestamp    magic 1 only
 *         18/26   4  key length   −1: null
 *          …      …  key
 *          …      4  value length −1: null
 *          …      …  value        of a wrapper: compressed messages of the same layout
 */

export const LEGACY_CRC = 12
export const LEGACY_ATTRIBUTES = 17
export const LEGACY_TIMESTAMP = 18

/** The least that a length field can say: a message of magic 0 with neither key nor value. */
export const LEGACY_MIN_LENGTH = 14

/** Bytes of a message of this magic that has neither key nor value. */
export function legacyHeaderBytes(magic: number): number {
  return magic === 0 ? 26 : 34
}
