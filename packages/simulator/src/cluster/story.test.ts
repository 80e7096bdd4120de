// Clusters keep their promises in a few stories, and one seed tells one story.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellStory } from './story.ts'

test('What is acknowledged survives whatever breaks; one seed tells one story.', async () => {
  const first = await tellStory(7)
  assert.deepEqual(first.report.violations, [])
  assert.ok(first.committed > 50 && first.report.readCount > 50)
  const again = await tellStory(7)
  assert.equal(again.traceHash, first.traceHash)
})
