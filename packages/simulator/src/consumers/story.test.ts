// Consumers in groups skip nothing, whoever is killed; one seed tells one story.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellStory } from './story.ts'

test('Nothing is skipped while members and brokers are killed.', async () => {
  const { figures } = await tellStory(9)
  assert.ok((figures['crashes'] ?? 0) > 0 && (figures['kills'] ?? 0) > 0)
  assert.ok((figures['processed'] ?? 0) > 100)
})
