// Deadlines on a clock moved by hand.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock, Timer } from '@samsa/world'
import { TimerWheel } from './timer-wheel.ts'

class HandClock implements Clock {
  time = 1000.25
  armed: { at: number; callback: () => void }[] = []
  arms = 0

  now(): number {
    return this.time
  }
  monotonic(): number {
    return this.time
  }
  sleep(): Promise<void> {
    return Promise.reject(new Error('not used'))
  }
  after(ms: number, callback: () => void): Timer {
    this.arms++
    const entry = { at: this.time + ms, callback }
    this.armed.push(entry)
    return {
      cancel: () => {
        this.armed = this.armed.filter((other) => other !== entry)
      },
    }
  }
  advance(ms: number): void {
    const end = this.time + ms
    for (;;) {
      const next = this.armed.toSorted((a, b) => a.at - b.at)[0]
      if (next === undefined || next.at > end) break
      this.time = Math.max(this.time, next.at)
      this.armed = this.armed.filter((other) => other !== next)
      next.callback()
    }
    this.time = end
  }
}

test('Callbacks run in order of their deadlines and never early.', () => {
  const clock = new HandClock()
  const wheel = new TimerWheel(clock, 5)
  const ran: string[] = []
  const start = clock.time
  for (const delay of [50, 10, 30, 10, 0, 200]) {
    wheel.after(delay, () => {
      assert.ok(clock.time - start >= delay)
      assert.ok(clock.time - start <= delay + 5)
      ran.push(String(delay))
    })
  }
  clock.advance(1000)
  assert.deepEqual(ran, ['0', '10', '10', '30', '50', '200'])
  assert.equal(wheel.pending, 0)
})

test('A cancelled callback does not run, and a thousand cost one clock timer.', () => {
  const clock = new HandClock()
  const wheel = new TimerWheel(clock, 1)
  let ran = 0
  const timers = Array.from({ length: 10_000 }, () => wheel.after(500, () => ran++))
  assert.equal(clock.arms, 1)
  for (const timer of timers) timer.cancel()
  wheel.after(20, () => ran++)
  clock.advance(2000)
  assert.equal(ran, 1)
})

test('A callback may add and cancel others.', () => {
  const clock = new HandClock()
  const wheel = new TimerWheel(clock, 1)
  const ran: string[] = []
  const doomed = wheel.after(11, () => ran.push('doomed'))
  wheel.after(10, () => {
    ran.push('first')
    doomed.cancel()
    wheel.after(5, () => ran.push('second'))
  })
  clock.advance(100)
  assert.deepEqual(ran, ['first', 'second'])
})

test('Random programs of adding and cancelling run exactly what was left.', () => {
  const clock = new HandClock()
  const wheel = new TimerWheel(clock, 3)
  let seed = 42
  const below = (bound: number): number => {
    seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
    return (seed >>> 8) % bound
  }
  const expected = new Set<number>()
  const ran = new Set<number>()
  const timers = new Map<number, Timer>()
  for (let i = 0; i < 20_000; i++) {
    if (below(3) > 0) {
      expected.add(i)
      timers.set(
        i,
        wheel.after(below(5000), () => {
          ran.add(i)
          timers.delete(i)
        }),
      )
    } else {
      const [id, timer] = [...timers.entries()].at(below(2) === 0 ? 0 : -1) ?? []
      if (id !== undefined && timer !== undefined) {
        timer.cancel()
        timers.delete(id)
        expected.delete(id)
      }
    }
    if (below(100) === 0) clock.advance(below(50))
  }
  clock.advance(10_000)
  assert.deepEqual(ran, expected)
})
