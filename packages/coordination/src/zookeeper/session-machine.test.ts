// The session machine told of frames and times by hand: what it sends, when it gives up, and what it never does.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SeededRandom } from '@samsa/world/simulated'
import { ByteReader } from '../bytes/byte-reader.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { Opcode, SpecialXid } from './protocol-numbers.ts'
import { pathRequest } from './requests.ts'
import { type Effect, SessionMachine } from './session-machine.ts'

const session = 'a1b2c3d4e5f60718'
const wishes = { timeoutMs: 6000, greetingTimeoutMs: 3000 }
const sync = pathRequest(Opcode.sync, '/')

function frame(write: (writer: ByteWriter) => void): Buffer {
  const writer = new ByteWriter()
  write(writer)
  return Buffer.from(writer.written)
}

function greeting(timeoutMs: number): Buffer {
  return frame((writer) => {
    writer.int32(0).int32(timeoutMs).identifier(session).bytes(Buffer.alloc(16, 7)).bool(false)
  })
}

function reply(xid: number, zxid = 5, errorCode = 0): Buffer {
  return frame((writer) => void writer.int32(xid).safeInteger(zxid).int32(errorCode))
}

function kinds(effects: readonly Effect[]): string[] {
  return effects.map(({ kind }) => kind)
}

/** Header of a frame that the machine sends. */
function sent(effect: Effect | undefined): { xid: number; opcode: number } {
  assert.ok(effect?.kind === 'send')
  assert.equal(effect.frame.readInt32BE(0), effect.frame.length - 4)
  return { xid: effect.frame.readInt32BE(4), opcode: effect.frame.readInt32BE(8) }
}

function attached(timeoutMs = 4000): SessionMachine {
  const machine = new SessionMachine(wishes)
  machine.connected(0)
  machine.received(greeting(timeoutMs), 0, [])
  return machine
}

test('it greets, takes what the server grants, and pings after a fifth of it', () => {
  const machine = new SessionMachine(wishes)
  assert.deepEqual(kinds(machine.connected(0)), ['send'])
  assert.equal(machine.deadlineMs, 3000)
  assert.deepEqual(machine.received(greeting(4000), 10, []), [{ kind: 'attached', resumed: false }])
  assert.deepEqual([machine.sessionId, machine.timeoutMs], [session, 4000])
  assert.equal(machine.deadlineMs, 800)
  assert.deepEqual(machine.tick(799), [])
  const [ping] = machine.tick(800)
  assert.deepEqual(sent(ping), { xid: SpecialXid.ping, opcode: Opcode.ping })
  assert.deepEqual(machine.received(reply(SpecialXid.ping), 810, []), [])
})

test('it gives up a server that is silent for two thirds of the timeout, or does not greet', () => {
  const machine = attached(3000)
  assert.deepEqual(kinds(machine.tick(1999)), ['send'])
  assert.deepEqual(kinds(machine.tick(2000)), ['disconnect'])
  const mute = new SessionMachine(wishes)
  mute.connected(0)
  assert.deepEqual(kinds(mute.tick(3000)), ['disconnect'])
})

test('what was sent is lost with the connection, what was not waits for the next one', () => {
  const machine = attached()
  const first = machine.submit(sync, 1)
  assert.deepEqual(kinds(first.effects), ['send'])
  assert.deepEqual(machine.disconnected(), [
    { kind: 'suspended' },
    { kind: 'lost', xid: first.xid },
  ])
  const second = machine.submit(sync, 2)
  assert.deepEqual(second.effects, [])
  machine.connected(3)
  const effects = machine.received(greeting(4000), 4, [])
  assert.deepEqual(kinds(effects), ['attached', 'watching', 'send'])
  assert.equal(sent(effects[2]).xid, second.xid)
  const [answer] = machine.received(reply(second.xid), 5, [])
  assert.ok(answer?.kind === 'reply' && answer.reply.sentAtMs === 4)
})

test('a resumed session shows who it is and arms its watches before anything else', () => {
  const machine = attached()
  const { xid } = machine.submit(sync, 1)
  machine.received(reply(xid, 4711), 2, [])
  machine.disconnected()
  const [hello] = machine.connected(3)
  assert.ok(hello?.kind === 'send')
  const reader = new ByteReader().over(hello.frame, 4)
  assert.deepEqual([reader.int32(), reader.safeInteger(), reader.int32()], [0, 4711, 6000])
  assert.equal(reader.identifier(), session)
  assert.deepEqual(reader.bytes(), Buffer.alloc(16, 7))
  // More paths than one request may carry.
  const paths = Array.from({ length: 300 }, (_, i) => `/${'x'.repeat(1000)}${i}`)
  const effects = machine.received(greeting(4000), 4, paths)
  assert.deepEqual(kinds(effects), ['send', 'send', 'send', 'attached'])
  assert.equal(sent(effects[0]).opcode, Opcode.setWatches2)
  const rearmed = [1, 2, 3].map(() => machine.received(reply(SpecialXid.setWatches), 5, []))
  assert.deepEqual(rearmed.map(kinds), [[], [], ['watching']])
})

test('an expired session stays expired', () => {
  const machine = attached()
  machine.disconnected()
  const { xid } = machine.submit(sync, 1)
  machine.connected(2)
  assert.deepEqual(machine.received(greeting(0), 3, []), [
    { kind: 'expired' },
    { kind: 'lost', xid },
  ])
  assert.deepEqual(machine.disconnected(), [])
  assert.equal(machine.deadlineMs, undefined)
})

test('a reply out of order ends the connection', () => {
  const machine = attached()
  const { xid } = machine.submit(sync, 1)
  assert.deepEqual(kinds(machine.received(reply(xid + 1), 2, [])), ['disconnect'])
})

test('frames of random bytes give effects, never an exception', () => {
  const random = new SeededRandom(9)
  for (let i = 0; i < 5000; i++) {
    const machine = new SessionMachine(wishes)
    machine.connected(0)
    if (random.chance(0.7)) machine.received(greeting(4000), 0, [])
    machine.submit(sync, 0)
    const bytes = random.bytes(random.below(60))
    if (bytes.length >= 4 && random.chance(0.5)) {
      bytes.writeInt32BE([-1, -2, -4, -8, 1][random.below(5)] ?? 1, 0)
    }
    assert.ok(Array.isArray(machine.received(bytes, 1, ['/a'])))
  }
})

test('at its deadline there is something to do, whatever the fractions of the clock', () => {
  const random = new SeededRandom(1)
  for (let i = 0; i < 10_000; i++) {
    const machine = new SessionMachine(wishes)
    const startMs = random.between(0, 1e6)
    machine.connected(startMs)
    if (random.chance(0.8)) machine.received(greeting(random.below(5000) + 1), startMs, [])
    assert.notDeepEqual(machine.tick(machine.deadlineMs ?? 0), [])
  }
})
