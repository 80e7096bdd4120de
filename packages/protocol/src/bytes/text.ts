/**
 * UTF-8 in and out of buffers, the short ASCII words of the protocol first.
 *
 * Most strings on the wire are topic names and ids of a few ASCII letters, for which crossing
 * into C++ costs more than the work itself. Malformed UTF-8 decodes to U+FFFD, as in Java.
 */

const SHORT_DECODE = 10
const SHORT_ENCODE = 40

/** One array a length, refilled: `fromCharCode` then makes the string in a single allocation. */
const letters: number[][] = Array.from({ length: SHORT_DECODE + 1 }, (_, length) =>
  Array.from({ length }, () => 0),
)

/** The text between two positions, which the caller has checked. */
export function readText(bytes: Buffer, start: number, end: number): string {
  const length = end - start
  if (length > SHORT_DECODE) return bytes.utf8Slice(start, end)
  if (length === 0) return ''
  const codes = letters[length]!
  for (let i = 0; i < length; i++) {
    const code = bytes[start + i]!
    if (code > 127) return bytes.utf8Slice(start, end)
    codes[i] = code
  }
  return String.fromCharCode.apply(null, codes)
}

/**
 * Writes a text and tells the bytes it took. The caller has made room for three bytes a UTF-16
 * unit.
 */
export function writeText(bytes: Buffer, position: number, text: string): number {
  const length = text.length
  if (length > SHORT_ENCODE) return bytes.utf8Write(text, position)
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) return bytes.utf8Write(text, position)
    bytes[position + i] = code
  }
  return length
}

// Node's own fast paths behind toString('utf8') and write(…, 'utf8'), which its types leave out.
declare global {
  interface Buffer {
    utf8Slice(start: number, end: number): string
    utf8Write(text: string, position: number, length?: number): number
  }
}
