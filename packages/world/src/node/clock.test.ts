// Time and chance of the machine.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeClock } from './clock.ts'
import { nodeRandom } from './random.ts'

test('a sleep lasts at least as long as asked and can be given up', async () => {
  const keepsAlive = setInterval(() => {}, 1000)
  const started = nodeClock.monotonic()
  await nodeClock.sleep(20)
  assert.ok(nodeClock.monotonic() - started >= 20)
  const controller = new AbortController()
  const sleep = nodeClock.sleep(60_000, controller.signal)
  controller.abort(new Error('enough'))
  await assert.rejects(sleep, /enough/)
  await assert.rejects(nodeClock.sleep(1, AbortSignal.abort(new Error('at once'))), /at once/)
  clearInterval(keepsAlive)
})

test('no timer fires before its time by the monotonic clock', async () => {
  const keepsAlive = setInterval(() => {}, 1000)
  try {
    for (let i = 0; i < 150; i++) {
      // The platform reads its clock at the beginning of a turn; a turn that lasts leaves it behind.
      for (const until = nodeClock.monotonic() + 2; nodeClock.monotonic() < until; );
      const dueMs = nodeClock.monotonic() + 3
      const firedMs = await new Promise<number>((resolve) => {
        nodeClock.after(3, () => resolve(nodeClock.monotonic()))
      })
      assert.ok(firedMs >= dueMs, `${dueMs - firedMs} ms early`)
    }
  } finally {
    clearInterval(keepsAlive)
  }
})

test('a timer beyond the range of the platform fires when it is due, unless cancelled', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let fired = 0
  const monthMs = 30 * 24 * 3_600_000
  nodeClock.after(monthMs, () => {
    fired += 1
  })
  const cancelled = nodeClock.after(monthMs, () => {
    fired += 100
  })
  t.mock.timers.tick(2 ** 31 - 1)
  assert.equal(fired, 0)
  cancelled.cancel()
  cancelled.cancel()
  t.mock.timers.tick(monthMs - 2 ** 31)
  assert.equal(fired, 0)
  t.mock.timers.tick(1)
  assert.equal(fired, 1)
})

test('random numbers keep their bounds and use them', () => {
  const seen = new Set<number>()
  for (let i = 0; i < 2000; i++) {
    const value = nodeRandom.below(7)
    assert.ok(Number.isInteger(value) && value >= 0 && value < 7)
    seen.add(value)
    const fraction = nodeRandom.fraction()
    assert.ok(fraction >= 0 && fraction < 1)
  }
  assert.equal(seen.size, 7)
  assert.equal(nodeRandom.below(1), 0)
  assert.ok(nodeRandom.below(2 ** 32) < 2 ** 32)
  const ids = Array.from({ length: 1000 }, () => nodeRandom.bytes(16).toString('hex'))
  assert.equal(new Set(ids).size, 1000)
  assert.equal(nodeRandom.bytes(10_000).length, 10_000)
})
