// Transactions keep their promises in a few stories, and one seed tells one story.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellStory } from './story.ts'

test('Transactions are whole and read once, whatever crashes; one seed tells one story.', async () => {
  const first = await tellStory(3)
  assert.ok(first.crashes > 1 && first.committed > 10)
  const again = await tellStory(3)
  assert.equal(again.traceHash, first.traceHash)
})

test('Other seeds have no anomaly, and enough is read to find one.', async () => {
  let readCount = 0
  for (const seed of [5, 8, 11]) {
    const { report } = await tellStory(seed)
    assert.deepEqual(report.violations, [], `seed ${seed}`)
    readCount += report.readCount
  }
  assert.ok(readCount > 30)
})
