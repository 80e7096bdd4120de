// A few seeds of the log's simulation with every test run; `npm run simulate -- log --seeds 2000` tells many more.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellStory } from './story.ts'

test('a log agrees with its model through crashes and failing disks', async () => {
  let acknowledged = 0
  for (let seed = 9001; seed <= 9020; seed += 1)
    acknowledged += (await tellStory(seed)).acknowledged
  assert.ok(acknowledged > 100)
})

test('the same seed tells the same story', async () => {
  assert.equal((await tellStory(9100)).traceHash, (await tellStory(9100)).traceHash)
})
