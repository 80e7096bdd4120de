// One seed, one history: held for a toy leader with two followers that lose packets, power and each other.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Connection } from '../network.ts'
import type { Task } from '../workers.ts'
import type { World } from '../world.ts'
import { type Simulation, simulate } from './simulation.ts'

const pattern = (position: number): number => 1 + (position % 251)

/**
 * A follower keeps the bytes it is sent, synced, and answers with the length of its log. A message is a position and a
 * byte: one that an earlier connection sent may arrive late. Recovery cuts what power loss has torn.
 */
async function follower(world: World): Promise<void> {
  const file = await world.disk.open('/log', 'create')
  await world.disk.syncDirectory('/')
  const found = Buffer.alloc(await file.size())
  await file.read(found, 0)
  const torn = found.findIndex((byte, position) => byte !== pattern(position))
  let length = torn < 0 ? found.length : torn
  await file.truncate(length)
  let queue = Promise.resolve()
  const store = async (connection: Connection, message: Buffer): Promise<void> => {
    if (message.readUInt32BE(0) !== length) return
    await file.write(message.subarray(4), length)
    await file.sync()
    length += 1
    connection.write([lengthBytes(length)])
  }
  await world.network.listen({ host: '0.0.0.0', port: 9092 }, (connection) => {
    let received = Buffer.alloc(0)
    connection.start({
      data: (chunk) => {
        received = Buffer.concat([received, chunk])
        for (; received.length >= 5; received = received.subarray(5)) {
          const message = Buffer.from(received.subarray(0, 5))
          queue = queue.then(() => store(connection, message)).catch(() => connection.destroy())
        }
      },
      drained: () => {},
      closed: () => {},
    })
    connection.write([lengthBytes(length)])
  })
}

/** The leader brings one follower up to a log of `total` bytes, however often the connection breaks. */
async function replicate(world: World, host: string, total: number): Promise<number> {
  let attempts = 0
  for (;;) {
    attempts += 1
    try {
      const connection = await world.network.connect({ host, port: 9092 })
      await sendRest(connection, total)
      return attempts
    } catch {
      await world.clock.sleep(20 + world.random.below(20))
    }
  }
}

function sendRest(connection: Connection, total: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let answers = Buffer.alloc(0)
    connection.start({
      data: (chunk) => {
        answers = Buffer.concat([answers, chunk])
        while (answers.length >= 4) {
          const length = answers.readUInt32BE(0)
          answers = answers.subarray(4)
          if (length >= total) connection.end()
          else connection.write([lengthBytes(length), Buffer.from([pattern(length)])])
        }
      },
      drained: () => {},
      closed: (error) => (error === undefined ? resolve() : reject(error)),
    })
  })
}

function lengthBytes(length: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(length)
  return bytes
}

async function toyCluster(simulation: Simulation): Promise<number> {
  const total = 150
  const { network } = simulation
  Object.assign(network.faults, { splitChance: 0.2, resetChance: 0.02, stallChance: 0.05 })
  network.faults.stall = [50, 200]
  network.keepAliveMs = 2_000
  const leader = simulation.node('leader')
  const followers = ['f1', 'f2'].map((name) => simulation.node(name))
  for (const node of followers) await follower(node.world)
  const done = Promise.all(followers.map((node) => replicate(leader.world, node.name, total)))
  let isDone = false
  void done.then(() => {
    isDone = true
  })
  while (!isDone) {
    await simulation.clock.sleep(100 + simulation.random.below(400))
    const victim = followers[simulation.random.below(2)]
    if (victim === undefined || isDone) break
    if (simulation.random.chance(0.3)) {
      network.link('leader', victim.name).cut()
      await simulation.clock.sleep(100)
      network.heal()
    }
    if (simulation.random.chance(0.5)) victim.kill()
    else victim.losePower()
    await simulation.clock.sleep(50)
    await follower(victim.start())
  }
  for (const node of followers) {
    const content = await node.disk.readFile('/log')
    assert.ok(content !== undefined && content.length >= total, 'acknowledged bytes are there')
    for (let i = 0; i < total; i++) assert.equal(content[i], pattern(i))
  }
  return (await done).reduce((sum, attempts) => sum + attempts, 0)
}

describe('a simulated cluster', () => {
  test('has one history for a seed, and another for another seed', async () => {
    const seeds = [1, 2, 3, 'four']
    const first = await Promise.all(seeds.map((seed) => simulate(seed, toyCluster)))
    for (const [i, seed] of seeds.entries()) {
      const again = await simulate(seed, toyCluster)
      assert.deepEqual(again, first[i])
    }
    assert.equal(new Set(first.map((run) => run.traceHash)).size, seeds.length)
    assert.ok(
      first.some((run) => run.value > 2),
      'some connection broke',
    )
  })

  test('keeps what was acknowledged, over many seeds', async () => {
    for (let seed = 100; seed < 130; seed++) {
      await simulate(seed, toyCluster).catch((error: unknown) => {
        throw new Error(`seed ${seed}`, { cause: error })
      })
    }
  })

  test('passes hours in no time and in order', async () => {
    const { value } = await simulate(1, async ({ clock }) => {
      const order: number[] = []
      const started = clock.now()
      const sleep = async (ms: number): Promise<void> => {
        await clock.sleep(ms)
        order.push(ms)
      }
      await Promise.all([sleep(3_000_000), sleep(10), sleep(500)])
      return { order, passedMs: clock.now() - started }
    })
    assert.deepEqual(value, { order: [10, 500, 3_000_000], passedMs: 3_000_000 })
  })

  test('names a deadlock and a run that does not end', async () => {
    await assert.rejects(
      simulate(1, () => new Promise(() => {})),
      /Deadlock/,
    )
    const endless = simulate(1, async (simulation) => {
      await simulation.until(() => false, { limitMs: 500, what: 'the impossible' })
    })
    await assert.rejects(endless, /Seed 1: the impossible does not hold after 500 virtual ms/)
    const ticking = simulate(
      1,
      async ({ clock }) => {
        for (;;) await clock.sleep(10)
      },
      { limitMs: 500 },
    )
    await assert.rejects(ticking, /not over after 500 virtual ms/)
  })

  test('runs tasks of modules with a copy of their input', async () => {
    const { value } = await simulate(1, async (simulation) => {
      const { workers, clock } = simulation.node('n').world
      const bytes = new Uint8Array([1, 2, 3])
      const before = clock.monotonic()
      const sum = await workers.run(sumTask, { bytes }, [bytes.buffer])
      return { sum, left: bytes.length, hasTakenTime: clock.monotonic() > before }
    })
    assert.deepEqual(value, { sum: 6, left: 0, hasTakenTime: true })
  })

  test('gives each machine its own wall clock', async () => {
    await simulate(1, async (simulation) => {
      const [a, b] = [simulation.node('a'), simulation.node('b')]
      b.skewMs = 60_000
      assert.equal(b.world.clock.now() - a.world.clock.now(), 60_000)
      b.skewMs = -60_000
      assert.equal(b.world.clock.now() - a.world.clock.now(), -60_000)
      assert.equal(b.world.clock.monotonic(), a.world.clock.monotonic())
    })
  })

  test('runs nothing of a stopped process until it goes on, nothing of a dead one', async () => {
    await simulate(1, async (simulation) => {
      const node = simulation.node('n')
      const { clock, disk } = node.world
      const events: string[] = []
      clock.after(10, () => events.push(`first ${clock.monotonic()}`))
      clock.after(20, () => events.push(`second ${clock.monotonic()}`))
      node.stop()
      await simulation.clock.sleep(100)
      assert.equal(events.length, 0)
      node.resume()
      await simulation.clock.sleep(1)
      assert.deepEqual(events, ['first 100', 'second 100'])
      clock.after(10, () => events.push('never'))
      node.kill()
      node.start()
      await simulation.clock.sleep(100)
      assert.equal(events.length, 2)
      await assert.rejects(disk.list('/'), { name: 'WorldError', kind: 'closed' })
    })
  })
})

const sumTask: Task<{ bytes: Uint8Array }, number> = { module: import.meta.url, name: 'sum' }

/** The task of a test above. */
export function sum({ bytes }: { bytes: Uint8Array }): number {
  return bytes.reduce((total, byte) => total + byte, 0)
}

test('a program that runs in a circle while time stands still is ended', async () => {
  const circle = simulate(1, (simulation) => {
    const again = (): void => void simulation.clock.after(0, again)
    again()
    return new Promise<void>(() => {})
  })
  await assert.rejects(circle, /Time stands still/)
})
