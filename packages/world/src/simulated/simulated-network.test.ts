// Streams of a simulated network: in order whatever happens, bounded, broken and cut where the test says so.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Connection, ConnectionHandler } from '../network.ts'
import { WorldError } from '../world-error.ts'
import { type Simulation, simulate } from './simulation.ts'

class Received implements ConnectionHandler {
  bytes = Buffer.alloc(0)
  chunks = 0
  drains = 0
  isClosed = false
  error: Error | undefined

  data(chunk: Buffer): void {
    assert.ok(!this.isClosed, 'nothing follows the end')
    this.chunks += 1
    this.bytes = Buffer.concat([this.bytes, chunk])
  }

  drained(): void {
    this.drains += 1
  }

  closed(error: Error | undefined): void {
    assert.ok(!this.isClosed, 'there is one end')
    this.isClosed = true
    this.error = error
  }
}

async function pair(simulation: Simulation) {
  const [a, b] = [simulation.node('a'), simulation.node('b')]
  const accepted = Promise.withResolvers<Connection>()
  const server = new Received()
  const client = new Received()
  await b.world.network.listen({ host: '0.0.0.0', port: 9092 }, (connection) => {
    connection.start(server)
    accepted.resolve(connection)
  })
  const toServer = await a.world.network.connect({ host: 'b', port: 9092 })
  toServer.start(client)
  return { a, b, server, client, toServer, toClient: await accepted.promise }
}

const numbered = (length: number): Buffer => Buffer.alloc(length).map((_, i) => i % 251) as Buffer

describe('a simulated network', () => {
  test('delivers in order through delays, stalls and splits', async () => {
    for (let seed = 0; seed < 20; seed++) {
      await simulate(seed, async (simulation) => {
        Object.assign(simulation.network.faults, {
          latency: [0, 50],
          stallChance: 0.3,
          stall: [10, 500],
          splitChance: 0.5,
        })
        const { server, client, toServer, toClient } = await pair(simulation)
        const text = numbered(700_000)
        const order: number[] = []
        for (let i = 0; i < text.length; i += 100_000) {
          const part = text.subarray(i, i + 100_000)
          toServer.write([part.subarray(0, 7), part.subarray(7)], () => order.push(i))
        }
        toClient.write([Buffer.from('hello')])
        toServer.end()
        await simulation.until(() => server.isClosed && client.isClosed)
        assert.ok(server.bytes.equals(text), `seed ${seed}`)
        assert.deepEqual(
          order,
          [0, 1, 2, 3, 4, 5, 6].map((i) => i * 100_000),
        )
        assert.equal(client.bytes.toString(), 'hello')
        assert.deepEqual([server.error, client.error], [undefined, undefined])
      })
    }
  })

  test('lets a slow reader slow the writer down', async () => {
    await simulate(1, async (simulation) => {
      const { server, client, toServer, toClient } = await pair(simulation)
      toClient.pause()
      let isSent = false
      toServer.write([Buffer.alloc(2_000_000)], () => {
        isSent = true
      })
      await simulation.clock.sleep(10_000)
      assert.equal(server.bytes.length, 0)
      assert.equal(isSent, false)
      assert.equal(toServer.unsentBytes, 2_000_000 - 256 * 1024)
      toClient.resume()
      await simulation.until(() => server.bytes.length === 2_000_000)
      await simulation.clock.sleep(1)
      assert.deepEqual([isSent, client.drains, toServer.unsentBytes], [true, 1, 0])
    })
  })

  test('shows bytes that were changed or kept too early', async () => {
    await simulate(1, async (simulation) => {
      const { server, toServer, toClient } = await pair(simulation)
      toClient.pause()
      const reused = Buffer.alloc(300_000, 1)
      toServer.write([reused])
      reused.fill(2)
      toClient.resume()
      await simulation.until(() => server.bytes.length === 300_000)
      assert.deepEqual([server.bytes[0], server.bytes[299_999]], [1, 2])
    })
  })

  test('breaks connections at any byte, and both ends hear of it', async () => {
    const lengths = new Set<number>()
    for (let seed = 0; seed < 20; seed++) {
      await simulate(seed, async (simulation) => {
        const { server, client, toServer } = await pair(simulation)
        simulation.network.faults.resetChance = 1
        toServer.write([numbered(10_000)])
        await simulation.until(() => server.isClosed && client.isClosed)
        for (const end of [server, client]) {
          assert.ok(end.error instanceof WorldError && end.error.kind === 'reset')
        }
        assert.ok(server.bytes.equals(numbered(10_000).subarray(0, server.bytes.length)))
        lengths.add(server.bytes.length)
      })
    }
    assert.ok(lengths.size > 5, 'not always the same byte')
  })

  test('holds bytes at a cut in one direction only', async () => {
    await simulate(1, async (simulation) => {
      const { server, client, toServer, toClient } = await pair(simulation)
      simulation.network.link('a', 'b').cut()
      toServer.write([Buffer.from('held')])
      toClient.write([Buffer.from('free')])
      await simulation.clock.sleep(5_000)
      assert.deepEqual([server.bytes.toString(), client.bytes.toString()], ['', 'free'])
      simulation.network.heal()
      await simulation.clock.sleep(5)
      assert.equal(server.bytes.toString(), 'held')
    })
  })

  test('gives a connection up when a cut lasts; the silent end never knows', async () => {
    await simulate(1, async (simulation) => {
      const { server, client, toServer } = await pair(simulation)
      simulation.network.partition(['a'], ['b'])
      toServer.write([Buffer.from('held')])
      await simulation.until(() => client.isClosed, { limitMs: 130_000, everyMs: 100 })
      assert.ok(client.error instanceof WorldError && client.error.kind === 'reset')
      assert.equal(server.isClosed, false)
    })
  })

  test('tells peers of a killed process, and not of lost power', async () => {
    await simulate(1, async (simulation) => {
      const first = await pair(simulation)
      first.b.kill()
      await simulation.until(() => first.client.isClosed, { limitMs: 10 })
      first.b.start()
      const second = await pair(simulation)
      second.b.losePower()
      await simulation.clock.sleep(60_000)
      assert.equal(second.client.isClosed, false)
      second.b.start()
      await simulation.clock.sleep(10)
      assert.equal(second.client.isClosed, false, 'nobody has asked')
      second.toServer.write([Buffer.from('?')])
      await simulation.until(() => second.client.isClosed, { limitMs: 10 })
    })
  })

  test('notices lost power by asking, if told to', async () => {
    await simulate(1, async (simulation) => {
      simulation.network.keepAliveMs = 3_000
      const { b, client } = await pair(simulation)
      b.losePower()
      await simulation.until(() => client.isClosed, { limitMs: 3_100 })
    })
  })

  test('refuses, ignores and aborts attempts to connect', async () => {
    await simulate(1, async (simulation) => {
      const [a, b] = [simulation.node('a'), simulation.node('b')]
      const { network } = a.world
      const unreachable = { name: 'WorldError', kind: 'unreachable', subject: 'b:1' }
      await assert.rejects(network.connect({ host: 'b', port: 1 }), unreachable)
      const before = simulation.clock.monotonic()
      b.losePower()
      await assert.rejects(network.connect({ host: 'b', port: 1 }), unreachable)
      assert.ok(simulation.clock.monotonic() - before >= 20_000)
      const controller = new AbortController()
      const given = new Error('given up')
      simulation.clock.after(50, () => controller.abort(given))
      const { signal } = controller
      await assert.rejects(network.connect({ host: 'b', port: 1, signal }), given)
      await assert.rejects(network.connect({ host: 'nobody', port: 1 }), { kind: 'unreachable' })
      b.start()
      await b.world.network.listen({ host: 'b', port: 1 }, () => {})
      const again = b.world.network.listen({ host: 'b', port: 1 }, () => {})
      await assert.rejects(again, { kind: 'address-in-use' })
      simulation.network.faults.refuseChance = 1
      await assert.rejects(network.connect({ host: 'b', port: 1 }), unreachable)
    })
  })
})
