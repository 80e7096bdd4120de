// Authenticating again: requests wait for it in their order, and are told when it fails.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeWorld } from '@samsa/world/node'
import { SaslSession } from './session.ts'

/** A session of 10 s in a time that the test makes. */
async function begun() {
  const machine = nodeWorld({})
  const time = { nowMs: 0 }
  const world = { ...machine, clock: { ...machine.clock, monotonic: () => time.nowMs } }
  const attempts: PromiseWithResolvers<number>[] = []
  const session = new SaslSession(world, () => {
    const attempt = Promise.withResolvers<number>()
    attempts.push(attempt)
    return attempt.promise
  })
  const begin = session.begin()
  attempts[0]?.resolve(10_000)
  await begin
  const done: string[] = []
  const hold = (name: string): void => {
    session.hold({ go: () => done.push(name), fail: (error) => done.push(`${name} ${error}`) })
  }
  return { session, time, attempts, done, hold }
}

test('requests leave while the session holds, and wait when it nears its end', async () => {
  const { session, time, attempts, done, hold } = await begun()
  time.nowMs = 8400
  assert.equal(session.isOpen, true)
  time.nowMs = 9600
  assert.equal(session.isOpen, false)
  hold('first')
  assert.equal(session.isOpen, false)
  hold('second')
  assert.equal(attempts.length, 2, 'one authentication for all that wait')
  assert.deepEqual(done, [])
  attempts[1]?.resolve(10_000)
  await attempts[1]?.promise
  await Promise.resolve()
  await Promise.resolve()
  assert.deepEqual(done, ['first', 'second'])
  assert.equal(session.isOpen, true)
})

test('requests that waited are told when it fails', async () => {
  const { time, attempts, done, hold } = await begun()
  time.nowMs = 9600
  hold('first')
  hold('second')
  attempts[1]?.reject('no')
  await attempts[1]?.promise.catch(() => {})
  await Promise.resolve()
  await Promise.resolve()
  assert.deepEqual(done, ['first no', 'second no'])
})
