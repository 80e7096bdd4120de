// A budget lets through what its rate allows, whoever spends it and however the rate changes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '@samsa/world'
import { ByteBudget } from './byte-budget.ts'

function stage(bytesPerSecond: number) {
  let nowMs = 0
  const rate = { bytesPerSecond, savedSeconds: 1 }
  const clock = { monotonic: () => nowMs } as Clock
  const pass = (ms: number): void => {
    nowMs += ms
  }
  return { budget: new ByteBudget(clock, () => rate), rate, pass }
}

test('what is overdrawn is waited for, and no more than a second is saved up', () => {
  const { budget, pass } = stage(1000)
  assert.equal(budget.isSpent, false)
  budget.spend(3000)
  assert.equal(budget.isSpent, true)
  assert.equal(budget.waitMs(), 2000)
  pass(1999)
  assert.equal(budget.isSpent, true)
  pass(2)
  assert.equal(budget.isSpent, false)
  pass(60_000)
  budget.spend(1000)
  assert.equal(budget.isSpent, true)
})

test('an overdraft is paid at the rate there is, and forgotten when there is no limit', () => {
  const { budget, rate, pass } = stage(1000)
  budget.spend(11_000)
  rate.bytesPerSecond = 10_000
  assert.equal(budget.waitMs(), 1000)
  rate.bytesPerSecond = Number.POSITIVE_INFINITY
  assert.equal(budget.isLimited, false)
  budget.spend(1_000_000)
  assert.equal(budget.waitMs(), 0)
  rate.bytesPerSecond = 0
  pass(1000)
  assert.equal(budget.isSpent, true)
  assert.equal(budget.waitMs() > 0, true)
})
