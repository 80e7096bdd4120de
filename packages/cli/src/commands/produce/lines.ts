// Bytes cut into lines, a chunk's lines at a time. Bytes stay as they are: text that is no UTF-8 goes through unchanged.

const newline = 0x0a
const carriageReturn = 0x0d

/** The lines of a stream, without their ends (`\n` or `\r\n`); a last line without end counts. */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer[]> {
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of chunks) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
    const text = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const lines: Buffer[] = []
    let start = 0
    for (let end = text.indexOf(newline); end >= 0; end = text.indexOf(newline, start)) {
      lines.push(withoutReturn(text.subarray(start, end)))
      start = end + 1
    }
    rest = text.subarray(start)
    if (lines.length > 0) yield lines
  }
  if (rest.length > 0) yield [withoutReturn(rest)]
}

function withoutReturn(line: Buffer): Buffer {
  return line[line.length - 1] === carriageReturn ? line.subarray(0, -1) : line
}
