// One server: what happens to a session when its connection breaks, is silent, or comes back too late.

import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Coordination, Operation } from '@samsa/coordination'
import { BreakableNetwork } from './breakable-network.ts'
import { SESSION_TIMEOUT_MS, type Sessions } from './sessions.ts'
import type { ZooKeeperProcess } from './zookeeper-process.ts'

type Case = readonly [name: string, run: () => Promise<void>]

/** The cases of one server. */
export function sessionCases(sessions: Sessions, server: ZooKeeperProcess | undefined): Case[] {
  return [
    ['a broken connection is replaced, the session and its watches stay', () => broken(sessions)],
    ['a session that comes back too late has expired', () => expired(sessions)],
    ['the lease lapses before anybody sees the ephemeral node go', () => lapsed(sessions)],
    ['a silent server is noticed at two thirds of the timeout', () => silent(sessions, server)],
    ['a killed server loses no acknowledged write and no watch', () => killed(sessions, server)],
    ['a chroot is made, and hides the rest', () => chroot(sessions)],
    ['nodes of a session with credentials are its own', () => credentials(sessions)],
    ['a transaction that the server could not take is refused here', () => tooLarge(sessions)],
    ['ten thousand nodes are written and read in batches', () => many(sessions)],
    ['no server, no session', () => nobody(sessions)],
  ]
}

async function broken(sessions: Sessions): Promise<void> {
  const network = new BreakableNetwork(sessions.world.network)
  const session = await sessions.connect({}, { ...sessions.world, network })
  const other = await sessions.connect()
  const states: string[] = []
  session.onState((state) => states.push(state))
  const seen = recorder()
  await session.watch('/broken', seen)
  assert.ok((await session.multi([create('/broken'), ephemeral('/broken/e')])).ok)
  const { sessionId } = session
  const underway = session.multi([create('/broken/underway')])
  network.break({ stays: true })
  await assert.rejects(underway, { name: 'WorldError', kind: 'reset' })
  assert.ok((await other.multi([create('/broken/meanwhile')])).ok)
  // A call that was not sent waits for the next connection.
  assert.equal(session.state, 'suspended')
  const waiting = session.get('/broken/meanwhile')
  await delay(100)
  network.mend()
  assert.ok(await waiting)
  await until(() => seen.resyncs === 1)
  assert.deepEqual(states, ['suspended', 'connected'])
  assert.equal(session.sessionId, sessionId)
  assert.equal((await other.get('/broken/e'))?.stat.ephemeralOwner, sessionId)
  const told = seen.paths.length
  assert.ok((await other.multi([create('/broken/after')])).ok)
  await session.sync()
  assert.deepEqual(seen.paths.slice(told), ['/broken/after'])
}

async function expired(sessions: Sessions): Promise<void> {
  const network = new BreakableNetwork(sessions.world.network)
  const session = await sessions.connect({}, { ...sessions.world, network })
  const states: string[] = []
  session.onState((state) => states.push(state))
  assert.ok((await session.multi([ephemeral('/expired')])).ok)
  network.break({ stays: true })
  await until(() => session.state === 'suspended')
  const waiting = session.get('/expired')
  waiting.catch(() => {})
  await delay(SESSION_TIMEOUT_MS * 2)
  network.mend()
  await until(() => session.state === 'expired')
  await assert.rejects(waiting, { kind: 'closed' })
  await assert.rejects(session.get('/'), { kind: 'closed' })
  assert.deepEqual(states, ['suspended', 'expired'])
  assert.ok(session.leaseUntil < sessions.world.clock.monotonic())
  const other = await sessions.connect()
  assert.equal(await other.get('/expired'), undefined)
}

async function lapsed(sessions: Sessions): Promise<void> {
  const { clock } = sessions.world
  const network = new BreakableNetwork(sessions.world.network)
  const session = await sessions.connect({}, { ...sessions.world, network })
  const other = await sessions.connect()
  assert.ok((await session.multi([ephemeral('/lapsed')])).ok)
  // Several renewals: the lease is always ahead of the clock while the connection is there.
  for (let i = 0; i < 20; i++) {
    await delay(100)
    assert.ok(session.leaseUntil > clock.monotonic(), 'the lease is kept')
  }
  network.break({ stays: true })
  const until = session.leaseUntil
  while ((await other.get('/lapsed')) !== undefined) await delay(20)
  assert.ok(until < clock.monotonic(), 'the lease ended first')
}

async function silent(sessions: Sessions, server: ZooKeeperProcess | undefined): Promise<void> {
  const { clock } = sessions.world
  const session = await sessions.connect()
  await session.sync()
  const startedAt = clock.monotonic()
  server?.signal('SIGSTOP')
  try {
    await until(() => session.state === 'suspended')
    const silentMs = clock.monotonic() - startedAt
    assert.ok(silentMs < SESSION_TIMEOUT_MS * 0.9, `noticed after ${silentMs} ms`)
    assert.ok(silentMs > SESSION_TIMEOUT_MS * 0.4, `noticed after ${silentMs} ms`)
  } finally {
    server?.signal('SIGCONT')
  }
  await until(() => session.state === 'connected' || session.state === 'expired')
}

async function killed(sessions: Sessions, server: ZooKeeperProcess | undefined): Promise<void> {
  const session = await sessions.connect({ sessionTimeoutMs: 10_000 })
  const seen = recorder()
  assert.ok((await session.multi([create('/killed')])).ok)
  await session.watch('/killed', seen)
  let acknowledged = 0
  const writing = (async () => {
    for (;;) {
      const result = await session.multi([create(`/killed/n${acknowledged}`)])
      assert.ok(result.ok)
      acknowledged += 1
    }
  })()
  const lost = assert.rejects(writing, { kind: 'reset' })
  await until(() => acknowledged > 50)
  await server?.kill()
  await lost
  await server?.start()
  await until(() => session.state === 'connected' && seen.resyncs === 1)
  const names = await session.children('/killed')
  assert.ok(names !== undefined && names.length >= acknowledged && names.length <= acknowledged + 1)
  assert.ok((await session.multi([create('/killed/last')])).ok)
  await session.sync()
  assert.equal(seen.paths.at(-1), '/killed/last')
}

async function chroot(sessions: Sessions): Promise<void> {
  const inside = await sessions.connect({ chroot: '/clusters/one' })
  const outside = await sessions.connect()
  const seen = recorder()
  await inside.watch('/', seen)
  assert.ok((await inside.multi([create('/a'), create('/a/b')])).ok)
  assert.ok((await outside.multi([create('/clusters/two')])).ok)
  await inside.sync()
  assert.deepEqual(await inside.descendants('/'), ['/a', '/a/b'])
  assert.deepEqual(await inside.children('/'), ['a'])
  assert.deepEqual(seen.paths, ['/a', '/a/b'])
  assert.equal((await inside.get('/a'))?.path, '/a')
  assert.ok(await outside.get('/clusters/one/a/b'))
  await delay(SESSION_TIMEOUT_MS / 2)
  assert.deepEqual(seen.paths, ['/a', '/a/b'], 'leases are not watched')
}

async function credentials(sessions: Sessions): Promise<void> {
  const own = await sessions.connect({ credentials: 'ann:secret', access: 'creator' })
  assert.ok((await own.multi([create('/owned')])).ok)
  assert.ok(await own.get('/owned'))
  const stranger = await sessions.connect()
  await assert.rejects(stranger.get('/owned'), { name: 'WorldError', kind: 'permission' })
  const set: Operation = { kind: 'set', path: '/owned', data: Buffer.alloc(1), version: -1 }
  await assert.rejects(stranger.multi([set]), { name: 'WorldError', kind: 'permission' })
  const friend = await sessions.connect({ credentials: 'ann:secret' })
  assert.ok((await friend.multi([set])).ok)
}

async function tooLarge(sessions: Sessions): Promise<void> {
  const session = await sessions.connect()
  const data = Buffer.alloc(1024 * 1024)
  await assert.rejects(session.multi([{ kind: 'create', path: '/large', data }]), { kind: 'other' })
  const fits = Buffer.alloc(1000 * 1000)
  assert.ok((await session.multi([{ kind: 'create', path: '/large', data: fits }])).ok)
  assert.equal((await session.get('/large'))?.data.length, fits.length)
}

async function many(sessions: Sessions): Promise<void> {
  const session = await sessions.connect({ sessionTimeoutMs: 10_000 })
  const paths = Array.from({ length: 10_000 }, (_, i) => `/many/n${i}`).toSorted()
  assert.ok((await session.multi([create('/many')])).ok)
  const writes: Promise<unknown>[] = []
  for (let at = 0; at < paths.length; at += 500) {
    writes.push(session.multi(paths.slice(at, at + 500).map(create)))
  }
  await Promise.all(writes)
  assert.deepEqual(await session.descendants('/many'), paths)
  const nodes = await session.getAll(['/none', ...paths])
  assert.deepEqual(
    nodes.map((node) => node?.path),
    [undefined, ...paths],
  )
}

async function nobody(sessions: Sessions): Promise<void> {
  const servers = [{ host: '127.0.0.1', port: 1 }]
  const connecting = sessions.connect({ servers, connectionTimeoutMs: 300 })
  await assert.rejects(connecting, { name: 'WorldError', kind: 'unreachable' })
}

/** Waits for a condition, up to 20 s. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 1000; tries++) {
    if (await condition()) return
    await delay(20)
  }
  assert.fail('the condition does not hold after 20 s')
}

/** An operation that creates an empty node. */
export function create(path: string): Operation {
  return { kind: 'create', path, data: Buffer.alloc(0) }
}

/** An operation that creates an ephemeral node. */
export function ephemeral(path: string): Operation {
  return { kind: 'create', path, data: Buffer.alloc(0), ephemeral: true }
}

/** A watch listener that remembers. */
export function recorder(): Parameters<Coordination['watch']>[1] & Seen {
  const seen: Seen = { paths: [], resyncs: 0 }
  return Object.assign(seen, {
    changed: (path: string) => void seen.paths.push(path),
    resync: () => void (seen.resyncs += 1),
  })
}

/** What a recorder has seen. */
interface Seen {
  paths: string[]
  resyncs: number
}
