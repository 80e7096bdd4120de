// Deadlines come in time, once, and never after they were cancelled or moved.

import assert from 'node:assert/strict'
import test from 'node:test'
import type { Clock } from '@samsa/world'
import { SeededRandom } from '@samsa/world/simulated'
import { Deadlines } from './deadlines.ts'
import { ManualClock } from './testing/manual-clock.ts'

test('a deadline that is pushed into the future comes then, and only then', async () => {
  const clock = new ManualClock()
  const deadlines = new Deadlines(clock)
  const came: number[] = []
  const push = (): void => deadlines.set('session', 100, () => came.push(clock.monotonic()))
  push()
  for (let i = 0; i < 5; i++) {
    await clock.advance(60)
    push()
  }
  await clock.advance(1000)
  assert.deepEqual(came, [400])
  assert.equal(deadlines.size, 0)
})

test('a deadline may be brought forward, or cancelled by another of the same moment', async () => {
  const clock = new ManualClock()
  const deadlines = new Deadlines(clock)
  const came: string[] = []
  deadlines.set('late', 500, () => came.push('late'))
  deadlines.set('late', 50, () => came.push('early'))
  deadlines.set('killer', 70, () => deadlines.delete('victim'))
  deadlines.set('victim', 70, () => came.push('victim'))
  await clock.advance(1000)
  assert.deepEqual(came, ['early'])
})

test('after a stall there is time to hear of whoever has been waiting to be heard', async () => {
  const timers: (() => void)[] = []
  let nowMs = 0
  const clock: Clock = {
    now: () => nowMs,
    monotonic: () => nowMs,
    sleep: () => Promise.reject(new Error('nobody sleeps here')),
    after: (_ms, callback) => {
      timers.push(callback)
      return { cancel: () => timers.splice(timers.indexOf(callback), 1) }
    },
  }
  const fire = (): void => timers.shift()?.()
  const deadlines = new Deadlines(clock)
  const came: string[] = []
  deadlines.set('heard', 6_000, () => came.push('heard'))
  deadlines.set('silent', 6_000, () => came.push('silent'))
  nowMs = 60_000
  fire()
  assert.equal(came.length, 0, 'the process stood still: nobody could be heard')
  deadlines.set('heard', 6_000, () => came.push('heard'))
  nowMs += 500
  fire()
  assert.deepEqual(came, ['silent'])
  nowMs += 6_000
  fire()
  assert.deepEqual(came, ['silent', 'heard'])
})

for (const seed of [1, 2, 3]) {
  test(`whatever is set, moved and cancelled, each comes at its time (seed ${seed})`, async () => {
    const random = new SeededRandom(seed)
    const clock = new ManualClock()
    const deadlines = new Deadlines(clock)
    const expected = new Map<string, number>()
    const errors: string[] = []
    for (let i = 0; i < 2_000; i++) {
      const key = `key-${random.below(50)}`
      if (random.below(4) === 0) {
        deadlines.delete(key)
        expected.delete(key)
      } else {
        const delayMs = random.below(500)
        expected.set(key, clock.monotonic() + delayMs)
        deadlines.set(key, delayMs, () => {
          if (expected.get(key) !== clock.monotonic()) errors.push(`${key} at ${clock.monotonic()}`)
          expected.delete(key)
        })
      }
      if (random.below(3) === 0) await clock.advance(random.below(40))
    }
    await clock.advance(1_000)
    assert.deepEqual(errors, [])
    assert.equal(expected.size, 0)
  })
}
