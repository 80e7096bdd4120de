// Lines come out whole, however their bytes came in.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { linesOf } from './lines.ts'

async function cut(...chunks: readonly (string | Buffer)[]): Promise<string[]> {
  const lines: string[] = []
  async function* stream(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) yield Buffer.from(chunk)
  }
  for await (const some of linesOf(stream())) lines.push(...some.map((line) => line.toString()))
  return lines
}

test('a line may lie in several chunks and a chunk hold several lines', async () => {
  assert.deepEqual(await cut('on', 'e\ntwo\nth', 'ree\n'), ['one', 'two', 'three'])
})

test('line ends of Windows go, empty lines and a last line without end stay', async () => {
  assert.deepEqual(await cut('a\r\n\r\nb'), ['a', '', 'b'])
})

test('a character of several bytes may be cut in two', async () => {
  const bytes = Buffer.from('größe\n')
  assert.deepEqual(await cut(bytes.subarray(0, 3), bytes.subarray(3)), ['größe'])
})
