/** What both makers of codecs give: the interpreter (oracle and fallback) and the compiler. */

import type { ByteWriter } from '../bytes/writer.ts'

/** Reads and writes one message version. */
export interface Codec {
  /**
   * Where the last `decode` stopped. Kept here, and read at once, so that decoding returns the
   * value alone.
   */
  position: number
  /** Unknown tagged fields that the message being decoded may still have; compiled code's own. */
  spareTags: number
  /**
   * The value at a position, to at most the buffer's end. Throws, and for a reason only the
   * interpreter names.
   */
  decode(buffer: Buffer, position: number): unknown
  /** Writes a value; throws when it cannot be written, leaving the writer in any state. */
  encode(writer: ByteWriter, value: unknown): void
}
