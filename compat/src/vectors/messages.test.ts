// A codec that reads and writes what Java's serializers do is one that every Kafka client and
// broker understands. The repository keeps a few golden encodings of each message; `npm run
// vectors` checks all of them.

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { messages } from '@samsa/protocol'
import { checkMessages, readVectors } from './messages.ts'

const testdata = join(import.meta.dirname, '../../../packages/protocol/src/messages/testdata')

test('golden messages are read and written as Java does', async () => {
  const { passed, failures } = await checkMessages(testdata)
  assert.deepEqual(failures, [])
  assert.ok(passed > 800, `${passed} vectors`)
})

test('every message has a golden encoding in the repository', () => {
  const files = ['requests', 'responses', 'records'].map((name) => join(testdata, `${name}.jsonl`))
  const seen = new Set(files.flatMap((file) => readVectors(file).map(({ message }) => message)))
  assert.deepEqual(
    [...messages.keys()].filter((name) => !seen.has(name)),
    [],
  )
  assert.equal(messages.size, 286)
})

test('a damaged vector fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'vectors-'))
  try {
    const [line = ''] = readFileSync(join(testdata, 'requests.jsonl'), 'utf8').split('\n')
    const vector = JSON.parse(line) as { hex: string }
    const damaged = { ...vector, hex: `${vector.hex.slice(0, -2)}ff` }
    writeFileSync(join(folder, 'one.jsonl'), `${JSON.stringify(damaged)}\n`)
    assert.equal((await checkMessages(folder)).failed, 1)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
