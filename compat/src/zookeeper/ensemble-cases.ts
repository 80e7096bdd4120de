// Three servers: the session outlives any of them.

import assert from 'node:assert/strict'
import { create, ephemeral, recorder, until } from './session-cases.ts'
import type { Sessions } from './sessions.ts'
import type { ZooKeeperProcess } from './zookeeper-process.ts'

type Case = readonly [name: string, run: () => Promise<void>]

/** The cases of an ensemble. */
export function ensembleCases(sessions: Sessions, servers: readonly ZooKeeperProcess[]): Case[] {
  return [
    ['sessions outlive the leader of the ensemble', () => leaderDies(sessions, servers)],
    ['without a majority nothing is acknowledged', () => minority(sessions, servers)],
  ]
}

async function leaderDies(sessions: Sessions, servers: readonly ZooKeeperProcess[]): Promise<void> {
  const options = { sessionTimeoutMs: 10_000 }
  const all = await Promise.all([1, 2, 3, 4].map(() => sessions.connect(options)))
  const [first] = all
  assert.ok(first !== undefined)
  assert.ok((await first.multi([create('/leader')])).ok)
  const seen = recorder()
  await first.watch('/leader', seen)
  for (const [i, session] of all.entries()) {
    assert.ok((await session.multi([ephemeral(`/leader/e${i}`)])).ok)
  }
  const leader = await leaderOf(servers)
  await leader.kill()
  // Everybody loses the connection or the quorum for a moment, and comes back with the same session.
  await until(async () => {
    const results = await Promise.allSettled(all.map((session) => session.sync()))
    return results.every(({ status }) => status === 'fulfilled')
  })
  for (const [i, session] of all.entries()) {
    const node = await session.get(`/leader/e${i}`)
    assert.equal(node?.stat.ephemeralOwner, session.sessionId)
    assert.ok((await session.multi([create(`/leader/after${i}`)])).ok)
  }
  await first.sync()
  const known = new Set(await first.children('/leader'))
  assert.equal(known.size, 8)
  await leader.start()
}

async function minority(sessions: Sessions, servers: readonly ZooKeeperProcess[]): Promise<void> {
  const session = await sessions.connect({ sessionTimeoutMs: 10_000 })
  assert.ok((await session.multi([create('/minority')])).ok)
  const [first, second] = servers
  await first?.kill()
  await second?.kill()
  const lost = session.multi([create('/minority/lost')])
  const outcome = await Promise.race([
    lost.then(
      () => 'acknowledged',
      () => 'lost',
    ),
    new Promise((resolve) => setTimeout(resolve, 1500, 'waiting')),
  ])
  assert.notEqual(outcome, 'acknowledged')
  lost.catch(() => {})
  await Promise.all([first?.start(), second?.start()])
  await until(() => session.state === 'connected')
  assert.ok((await session.multi([create('/minority/again')])).ok)
}

async function leaderOf(servers: readonly ZooKeeperProcess[]): Promise<ZooKeeperProcess> {
  for (const server of servers) if ((await server.mode()) === 'leader') return server
  return assert.fail('the ensemble has no leader')
}
