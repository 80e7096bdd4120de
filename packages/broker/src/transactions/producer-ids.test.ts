// What producers rely on when they are given their ids.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaError } from '@samsa/protocol'
import { ProducerIds } from './producer-ids.ts'

test('ids come in order, block after block, and the next block is asked for in time', async () => {
  const asked: number[] = []
  const ids = new ProducerIds(async () => {
    asked.push(asked.length)
    return { first: asked.length * 100, count: 10 }
  })
  const given = []
  for (let i = 0; i < 25; i++) given.push(await ids.allocate())
  const block = (first: number): number[] => Array.from({ length: 10 }, (_, i) => first + i)
  assert.deepEqual(given, [...block(100), ...block(200), ...block(300)].slice(0, 25))
  assert.equal(asked.length, 3)
})

test('many producers that start at once share one question and get different ids', async () => {
  let asked = 0
  const ids = new ProducerIds(async () => ({ first: 10 * asked++, count: 10 }))
  const given = await Promise.all(Array.from({ length: 30 }, () => ids.allocate()))
  assert.equal(new Set(given).size, 30)
  assert.ok(asked <= 4)
})

test('while the controller is away producers are told to try again, and can', async () => {
  let isAway = true
  const ids = new ProducerIds(async () => {
    if (isAway) throw new KafkaError('NOT_CONTROLLER')
    return { first: 7, count: 5 }
  })
  await assert.rejects(ids.allocate(), { name: 'COORDINATOR_LOAD_IN_PROGRESS' })
  isAway = false
  assert.equal(await ids.allocate(), 7)
})
