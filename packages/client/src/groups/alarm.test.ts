// A wait that others end: by ringing while it lasts, or before it begins.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { simulate } from '@samsa/world/simulated'
import { Alarm } from './alarm.ts'

test('a ring ends a wait, also one that has not begun', async () => {
  await simulate(1, async ({ clock }) => {
    const alarm = new Alarm(clock)
    clock.after(10, () => alarm.ring())
    await alarm.wait(1000)
    assert.equal(clock.monotonic(), 10)
    alarm.ring()
    await alarm.wait(Number.POSITIVE_INFINITY)
    assert.equal(clock.monotonic(), 10)
    await alarm.wait(1000)
    assert.equal(clock.monotonic(), 1010, 'a ring counts once')
  })
})
