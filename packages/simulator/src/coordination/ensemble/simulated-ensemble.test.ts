// Three simulated servers behave as a real ensemble does, seen by our own client: one order of writes whoever takes them,
// sessions that outlive servers, nothing acknowledged without a majority, nobody sent back in time.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from '@samsa/coordination'
import { contractCases, runRandomProgram } from '@samsa/coordination/contract'
import { ZooKeeperSession } from '@samsa/coordination/zookeeper'
import { WorldError } from '@samsa/world'
import { SeededRandom, simulate, type Simulation } from '@samsa/world/simulated'
import { SimulatedEnsemble } from './simulated-ensemble.ts'

const tickMs = 200

function create(path: string, isEphemeral = false): Operation {
  return { kind: 'create', path, data: Buffer.alloc(0), ephemeral: isEphemeral }
}

function start(simulation: Simulation): Promise<SimulatedEnsemble> {
  return SimulatedEnsemble.start(simulation, { servers: 3, tickMs })
}

/** A session with the whole ensemble, or with one of its servers only. */
function connect(
  simulation: Simulation,
  ensemble: SimulatedEnsemble,
  client: string,
  id?: number,
  sessionTimeoutMs = 10 * tickMs,
): Promise<ZooKeeperSession> {
  const one = ensemble.servers[id ?? 0]
  const servers = id === undefined || one === undefined ? ensemble.servers : [one]
  const options = { servers, sessionTimeoutMs, connectionTimeoutMs: 4000 }
  return ZooKeeperSession.connect(simulation.node(client).world, options)
}

/** The leader and the two others. */
function roles({ leaderId, serverIds }: SimulatedEnsemble): [number, number, number] {
  assert.ok(leaderId !== undefined)
  const [first = 0, second = 0] = serverIds.filter((id) => id !== leaderId)
  return [leaderId, first, second]
}

for (const contract of contractCases) {
  test(`contract: ${contract.name}`, async () => {
    await simulate(1, async (simulation) => {
      const ensemble = await start(simulation)
      const session = await connect(simulation, ensemble, 'a')
      assert.ok((await session.multi([create('/case')])).ok)
      // Another server may be behind what the case has seen: real ones are.
      const subject = {
        connect: async () => {
          const other = await connect(simulation, ensemble, 'b')
          await other.sync()
          return other
        },
      }
      await contract.run('/case', session, subject)
      await session.close()
    })
  })
}

// The same programs run against Apache ZooKeeper in `npm run compat -- zookeeper`.
test('random programs of sessions at several servers behave like the model', async () => {
  for (let seed = 0; seed < 8; seed++) {
    await simulate(seed, async (simulation) => {
      const ensemble = await start(simulation)
      let next = seed
      const subject = { connect: () => connect(simulation, ensemble, 'a', next++ % 3) }
      await runRandomProgram(subject, `/scattered-${seed}`, new SeededRandom(seed), 100)
    })
  }
})

test('sessions and their nodes outlive the leader; what it had acknowledged is there', async () => {
  for (let seed = 1; seed <= 5; seed++) {
    await simulate(seed, async (simulation) => {
      const ensemble = await start(simulation)
      const [leader] = roles(ensemble)
      const sessions = await Promise.all(
        ['a', 'b', 'c', 'd'].map((name) => connect(simulation, ensemble, name)),
      )
      for (const [i, session] of sessions.entries()) {
        assert.ok((await session.multi([create(`/e${i}`, true)])).ok)
      }
      void ensemble.kill(leader, 5000)
      await simulation.until(() => (ensemble.leaderId ?? leader) !== leader)
      for (const [i, session] of sessions.entries()) {
        await simulation.until(() => session.state === 'connected')
        await retry(() => session.sync())
        const node = await retry(() => session.get(`/e${i}`))
        assert.equal(node?.stat.ephemeralOwner, session.sessionId)
        assert.ok((await session.multi([create(`/after${i}`)])).ok)
      }
      await simulation.until(() => ensemble.isServing(leader), { limitMs: 20_000 })
    })
  }
})

test('without a majority nothing is acknowledged, and nobody is served for long', async () => {
  await simulate(1, async (simulation) => {
    const ensemble = await start(simulation)
    const [leader, first, second] = roles(ensemble)
    const session = await connect(simulation, ensemble, 'a', leader)
    void ensemble.kill(first, 3000)
    void ensemble.kill(second, 3000)
    const writing = session.multi([create('/lost')])
    await assert.rejects(writing, { name: 'WorldError', kind: 'reset' })
    assert.equal(ensemble.leaderId, undefined)
    await simulation.until(() => ensemble.leaderId !== undefined, { limitMs: 20_000 })
  })
})

test('a write of which nobody heard may survive the change of the leader, or not', async () => {
  const outcomes = new Set<boolean>()
  for (let seed = 1; seed <= 20; seed++) {
    await simulate(seed, async (simulation) => {
      const ensemble = await start(simulation)
      const [leader] = roles(ensemble)
      const session = await connect(simulation, ensemble, 'a', leader)
      const writing = session.multi([create('/unknown')])
      await simulation.clock.sleep(simulation.random.between(0, 1.5))
      void ensemble.kill(leader, 500)
      await assert.rejects(writing, { name: 'WorldError', kind: 'reset' })
      const other = await connect(simulation, ensemble, 'b')
      await retry(() => other.sync())
      outcomes.add((await other.get('/unknown')) !== undefined)
    })
  }
  assert.deepEqual(
    [...outcomes].toSorted((a, b) => Number(a) - Number(b)),
    [false, true],
  )
})

test('a follower that lags answers from the past, and refuses whoever has seen more', async () => {
  await simulate(2, async (simulation) => {
    const ensemble = await SimulatedEnsemble.start(simulation, { servers: 3, syncTicks: 20 })
    const [leader, lagging] = roles(ensemble)
    const hosts = [leader, lagging].map((id) => ensemble.hosts[id] ?? '')
    const reader = await connect(simulation, ensemble, 'reader', lagging, 10_000)
    const writer = await connect(simulation, ensemble, 'writer', leader, 10_000)
    simulation.network.link(hosts[0] ?? '', hosts[1] ?? '').cut()
    assert.ok((await writer.multi([create('/new')])).ok)
    assert.equal(await reader.get('/new'), undefined)
    // The writer's servers are now the one that lags and the one that leads.
    const servers = [lagging, leader].flatMap((id) => ensemble.servers[id] ?? [])
    const { world } = simulation.node('third')
    const third = await ZooKeeperSession.connect(world, { servers })
    assert.ok((await third.multi([create('/third')])).ok)
    for (let i = 0; i < 5; i++) {
      simulation.network.resetConnections('third', hosts[0] ?? '')
      simulation.network.resetConnections('third', hosts[1] ?? '')
      assert.ok(await retry(() => third.get('/third')), 'never back in time')
    }
    simulation.network.heal()
    await retry(() => reader.sync())
    assert.ok(await retry(() => reader.get('/new')))
  })
})

test('a follower cut off with its client answers pings; the leader ends the session meanwhile', async () => {
  await simulate(3, async (simulation) => {
    const ensemble = await SimulatedEnsemble.start(simulation, {
      servers: 3,
      tickMs,
      syncTicks: 20,
    })
    const [leader, cutOff, other] = roles(ensemble)
    const session = await connect(simulation, ensemble, 'a', cutOff)
    const observer = await connect(simulation, ensemble, 'b', other)
    assert.ok((await session.multi([create('/mine', true)])).ok)
    const host = ensemble.hosts[cutOff] ?? ''
    const others = [leader, other].map((id) => ensemble.hosts[id] ?? '')
    simulation.network.partition([host], others)
    await simulation.until(async () => (await observer.get('/mine')) === undefined)
    // Its server has noticed nothing, and nobody has told it.
    assert.ok(ensemble.isServing(cutOff))
    assert.notEqual(session.state, 'expired')
    assert.ok(session.leaseUntil < simulation.node('a').world.clock.monotonic())
    simulation.network.heal()
    await simulation.until(() => session.state === 'expired', { limitMs: 20_000 })
  })
})

async function retry<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof WorldError) || error.kind !== 'reset') throw error
    }
  }
}
