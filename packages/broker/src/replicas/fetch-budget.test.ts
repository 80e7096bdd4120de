// Memory of answers: generous to a few, small to many.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FetchBudget } from './fetch-budget.ts'

test('A single reader gets what it asks for, a thousand together not much more.', () => {
  const budget = new FetchBudget()
  const megabyte = 1 << 20
  assert.equal(budget.reserve(megabyte), megabyte)
  for (let i = 0; i < 1000; i++) assert.ok(budget.reserve(megabyte) >= 64 * 1024)
  assert.ok(budget.heldBytes < 200 * megabyte)
})

test('What is given back can be had again.', () => {
  const budget = new FetchBudget()
  const granted = budget.reserve(1 << 30)
  budget.release(granted)
  assert.equal(budget.heldBytes, 0)
  assert.equal(budget.reserve(1 << 30), granted)
})
