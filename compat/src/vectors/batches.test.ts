/** The small copy of golden batches and hashes that is in the repository. */

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { checkBatches } from './batches.ts'
import { checkHashes } from './hashes.ts'

const testdata = join(import.meta.dirname, '../../../packages/protocol/src/records/testdata')

test('batches of all magics and codecs are what Kafka takes them for', async () => {
  const { passed, failures } = await checkBatches(testdata)
  assert.deepEqual(failures, [])
  assert.ok(passed > 140)
})

test('keys, groups and integers hash and spell as in Java', async () => {
  const { passed, failures } = await checkHashes(testdata)
  assert.deepEqual(failures, [])
  assert.ok(passed > 200)
})

test('a vector that does not agree is found', async () => {
  const lines = readFileSync(join(testdata, 'batches.jsonl'), 'utf8').trim().split('\n')
  const wrong = lines.map((line) => line.replace(/"(crc|records)":(\d+)/, '"$1":1$2'))
  const directory = mkdtempSync(join(tmpdir(), 'samsa-vectors-'))
  try {
    writeFileSync(join(directory, 'batches.jsonl'), wrong.join('\n'))
    const { failed, failures } = await checkBatches(directory)
    assert.equal(failed, wrong.filter((line, index) => line !== lines[index]).length)
    assert.equal(failures.length, failed)
    assert.ok(failed > 100)
  } finally {
    rmSync(directory, { recursive: true })
  }
})
