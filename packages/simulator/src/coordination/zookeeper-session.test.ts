// The ZooKeeper client in a simulated network: it keeps the contract, and nobody is deceived when connections break and
// sessions expire at any moment.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Operation } from '@samsa/coordination'
import { ZooKeeperSession } from '@samsa/coordination/zookeeper'
import { contractCases, runRandomProgram } from '@samsa/coordination/contract'
import { WorldError } from '@samsa/world'
import { simulate, type Simulation } from '@samsa/world/simulated'
import { SimulatedEnsemble } from './ensemble/simulated-ensemble.ts'

const servers = [{ host: 'zookeeper-1', port: 2181 }]

function create(path: string, isEphemeral = false): Operation {
  return { kind: 'create', path, data: Buffer.alloc(0), ephemeral: isEphemeral }
}

function connect(simulation: Simulation, client: string): Promise<ZooKeeperSession> {
  return ZooKeeperSession.connect(simulation.node(client).world, { servers })
}

function serve(simulation: Simulation): Promise<SimulatedEnsemble> {
  return SimulatedEnsemble.start(simulation)
}

for (const contract of contractCases) {
  test(`contract: ${contract.name}`, async () => {
    await simulate(1, async (simulation) => {
      await serve(simulation)
      const session = await connect(simulation, 'a')
      assert.ok((await session.multi([create('/case')])).ok)
      await contract.run('/case', session, { connect: () => connect(simulation, 'b') })
      await session.close()
    })
  })
}

test('random programs behave like the model', async () => {
  for (let seed = 1; seed <= 5; seed++) {
    await simulate(seed, async (simulation) => {
      await serve(simulation)
      const subject = { connect: () => connect(simulation, 'a') }
      await runRandomProgram(subject, '/program', simulation.random, 60)
    })
  }
})

// Each client makes nodes one after another; after a lost answer it reads before it goes on. In the end the server
// has exactly the nodes that the clients believe in, and so has a watcher that reads again when it is told to.
async function countThroughFaults(simulation: Simulation): Promise<void> {
  const server = await serve(simulation)
  const watcher = await connect(simulation, 'watcher')
  assert.ok((await watcher.multi([create('/n')])).ok)
  const view = new Set<string>()
  let reading = Promise.resolve()
  const read = (): void => {
    reading = reading.then(async () => {
      for (const path of await retry(() => watcher.descendants('/n'))) view.add(path)
    })
  }
  await watcher.watch('/n', { changed: (path) => void view.add(path), resync: read })
  let isOver = false
  const faults = (async () => {
    while (!isOver) {
      await simulation.clock.sleep(simulation.random.between(5, 200))
      server.dropConnections()
    }
  })()
  const believed = await Promise.all(['a', 'b', 'c'].map((name) => count(simulation, name)))
  isOver = true
  await faults
  await simulation.until(() => watcher.state === 'connected')
  await simulation.clock.sleep(1000)
  await reading
  const made = server.paths.filter((path) => path.startsWith('/n/')).toSorted()
  assert.deepEqual(believed.flat().toSorted(), made)
  assert.deepEqual([...view].toSorted(), made)
  // The watch is still there.
  const last = await connect(simulation, 'last')
  assert.ok((await last.multi([create('/n/last')])).ok)
  await watcher.sync()
  assert.ok(view.has('/n/last'))
  await watcher.close()
}

async function count(simulation: Simulation, name: string): Promise<string[]> {
  const session = await connect(simulation, name)
  const believed: string[] = []
  for (let i = 0; i < 40; i++) {
    const path = `/n/${name}-${i}`
    try {
      assert.ok((await session.multi([create(path)])).ok)
      believed.push(path)
    } catch (error) {
      assert.ok(error instanceof WorldError && error.kind === 'reset')
      if ((await retry(() => session.get(path))) !== undefined) believed.push(path)
    }
  }
  await session.close()
  return believed
}

async function retry<T>(read: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof WorldError) || error.kind !== 'reset') throw error
    }
  }
}

test('nobody is deceived when connections break at any moment', async () => {
  for (let seed = 1; seed <= 10; seed++) await simulate(seed, countThroughFaults)
})

test('an expired session has lost its nodes and its lease, and refuses calls', async () => {
  await simulate(3, async (simulation) => {
    const server = await serve(simulation)
    const session = await connect(simulation, 'a')
    const states: string[] = []
    session.onState((state) => states.push(state))
    assert.ok((await session.multi([create('/mine', true)])).ok)
    assert.ok(session.leaseUntil > simulation.node('a').world.clock.monotonic())
    server.expire(session.sessionId)
    await simulation.until(() => session.state === 'expired')
    assert.deepEqual(states, ['suspended', 'expired'])
    assert.equal(session.leaseUntil, -Infinity)
    await assert.rejects(session.get('/mine'), { name: 'WorldError', kind: 'closed' })
    assert.equal(server.paths.includes('/mine'), false)
  })
})

test('a process that was stopped finds its lease over before it does anything else', async () => {
  await simulate(4, async (simulation) => {
    const server = await serve(simulation)
    const session = await connect(simulation, 'a')
    assert.ok((await session.multi([create('/mine', true)])).ok)
    const { clock } = simulation.node('a').world
    await simulation.clock.sleep(20_000)
    assert.equal(session.state, 'connected')
    assert.ok(session.leaseUntil > clock.monotonic(), 'renewed all the time')
    simulation.node('a').stop()
    await simulation.until(() => !server.paths.includes('/mine'))
    assert.ok(session.leaseUntil < clock.monotonic(), 'over before the node was gone')
    simulation.node('a').resume()
    await simulation.until(() => session.state === 'expired')
  })
})

test('no server, no session', async () => {
  await simulate(5, async (simulation) => {
    simulation.node('zookeeper-1')
    await assert.rejects(connect(simulation, 'a'), { name: 'WorldError', kind: 'unreachable' })
  })
})
