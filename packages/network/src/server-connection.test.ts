// Order of answers and pressure in both directions, on a connection made by hand.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Connection, ConnectionHandler } from '@samsa/world'
import type { Exchange } from './exchange.ts'
import { ReceiveBudget } from './receive-budget.ts'
import { ServerConnection } from './server-connection.ts'
import { SlabPool } from './slabs.ts'

class FakeConnection implements Connection {
  readonly local = { host: '127.0.0.1', port: 9092 }
  readonly remote = { host: '127.0.0.1', port: 40000 }
  readonly peerPrincipal = undefined
  /** While set, nothing written leaves. */
  stuck = false
  unsentBytes = 0
  written = Buffer.alloc(0)
  paused = false
  ended = false
  #unsent: { bytes: Buffer; sent: (() => void) | undefined }[] = []

  start(): void {}
  write(buffers: readonly Buffer[], sent?: () => void): void {
    const bytes = Buffer.concat(buffers)
    this.unsentBytes += bytes.length
    this.#unsent.push({ bytes, sent })
    if (!this.stuck) this.drain()
  }
  drain(): void {
    for (const { bytes, sent } of this.#unsent.splice(0)) {
      this.written = Buffer.concat([this.written, bytes])
      this.unsentBytes -= bytes.length
      sent?.()
    }
  }
  pause(): void {
    this.paused = true
  }
  resume(): void {
    this.paused = false
  }
  end(): void {
    this.ended = true
  }
  destroy(): void {
    this.ended = true
  }
}

interface Story {
  readonly socket: FakeConnection
  readonly connection: ServerConnection & ConnectionHandler
  readonly started: Exchange[]
  readonly log: string[]
  readonly budget: ReceiveBudget
}

/** Requests are one letter and padding; capitals overlap, and all of them but K are released at once. */
function story(
  limitBytes = Number.POSITIVE_INFINITY,
  maxUnsentBytes = 1000,
  budget = new ReceiveBudget(() => limitBytes),
): Story {
  const socket = new FakeConnection()
  const started: Exchange[] = []
  const log: string[] = []
  const connection = new ServerConnection(
    socket,
    {
      overlaps: (request) => (request[0] ?? 0) < 0x61,
      start: (exchange) => {
        const letter = String.fromCharCode(exchange.request[0] ?? 0)
        log.push(`start ${letter}`)
        started.push(exchange)
        if (letter < 'a' && letter !== 'K') exchange.releaseRequest()
      },
      refused: () => log.push('refused'),
      closed: () => log.push('closed'),
    },
    { slabs: new SlabPool(), budget, maxFrameBytes: () => 1_000_000, maxUnsentBytes },
  )
  return { socket, connection, started, log, budget }
}

function request(letter: string, size = 1): Buffer {
  const bytes = Buffer.alloc(4 + size, letter)
  bytes.writeInt32BE(size)
  return bytes
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('Overlapping requests are worked on together and answered in order.', async () => {
  const { socket, connection, started, log } = story()
  connection.data(Buffer.concat([request('A'), request('B'), request('C')]))
  assert.deepEqual(log, ['start A', 'start B', 'start C'])
  started[2]?.answer([Buffer.from('c')])
  started[1]?.answer([])
  await turn()
  assert.equal(socket.written.toString(), '')
  started[0]?.answer([Buffer.from('a')])
  await turn()
  assert.equal(socket.written.toString(), 'ac')
})

test('No overlapping request overtakes one that still holds its bytes.', () => {
  const { connection, started, log } = story()
  connection.data(Buffer.concat([request('A'), request('K'), request('B'), request('C')]))
  assert.deepEqual(log, ['start A', 'start K'])
  started[1]?.releaseRequest()
  assert.deepEqual(log, ['start A', 'start K', 'start B', 'start C'])
})

test('Any other request waits until those before it are answered.', async () => {
  const { socket, connection, started, log } = story()
  connection.data(Buffer.concat([request('A'), request('b'), request('C'), request('D')]))
  assert.deepEqual(log, ['start A'])
  started[0]?.answer([Buffer.from('1')])
  assert.deepEqual(log, ['start A', 'start b'])
  started[1]?.answer([Buffer.from('2')])
  assert.deepEqual(log, ['start A', 'start b', 'start C', 'start D'])
  started[3]?.answer([Buffer.from('4')])
  started[2]?.answer([Buffer.from('3')])
  await turn()
  assert.equal(socket.written.toString(), '1234')
})

test('A peer that does not read is neither served nor read from until it does.', async () => {
  const { socket, connection, started, log } = story(undefined, 10)
  socket.stuck = true
  connection.data(request('a'))
  started[0]?.answer([Buffer.alloc(100)])
  await turn()
  connection.data(request('b'))
  assert.deepEqual(log, ['start a'])
  assert.equal(socket.paused, true)
  socket.drain()
  connection.drained()
  assert.deepEqual(log, ['start a', 'start b'])
  assert.equal(socket.paused, false)
})

test('When the receive memory is used up, connections wait until some is given back.', () => {
  const { socket, connection, started, budget } = story(100)
  connection.data(request('a', 200))
  assert.equal(budget.exhausted, true)
  assert.equal(socket.paused, true)
  started[0]?.releaseRequest()
  assert.equal(budget.usedBytes, 0)
  assert.equal(socket.paused, false)
})

test('A connection that waits for room goes on when another is answered.', () => {
  let full = false
  const budget = new ReceiveBudget(() => (full ? 0 : Number.POSITIVE_INFINITY))
  const busy = story(undefined, undefined, budget)
  const waiting = story(undefined, undefined, budget)
  busy.connection.data(request('a'))
  full = true
  waiting.connection.data(request('b'))
  assert.equal(waiting.socket.paused, true)
  full = false
  busy.started[0]?.answer([])
  assert.equal(waiting.socket.paused, false)
})

test('Many requests behind a slow one stop the socket, not the broker.', () => {
  const { socket, connection, started } = story()
  connection.data(request('a'))
  for (let i = 0; i < 20; i++) connection.data(request('b', 10_000))
  assert.equal(socket.paused, true)
  assert.equal(started.length, 1)
})

test('A stream that makes no sense ends its connection after the answers that are there.', () => {
  const { socket, connection, started, log, budget } = story()
  connection.data(Buffer.concat([request('a'), request('b'), Buffer.from('ffffffff', 'hex')]))
  assert.deepEqual(log, ['start a', 'refused'])
  assert.equal(socket.ended, true)
  connection.closed(undefined)
  started[0]?.answer([Buffer.from('late')])
  assert.equal(budget.usedBytes, 0)
})

test('Everything is given back, once, when the peer goes away in the middle.', () => {
  const { connection, started, budget } = story()
  let sent = 0
  connection.data(Buffer.concat([request('A'), request('B'), request('c'), request('d')]))
  connection.data(request('e').subarray(0, 4))
  started[1]?.answer([Buffer.from('b')], () => sent++)
  connection.closed(undefined)
  assert.equal(sent, 1)
  started[0]?.answer([Buffer.from('a')], () => sent++)
  assert.equal(sent, 2)
  assert.equal(budget.usedBytes, 0)
})

test('A muted connection starts nothing until it is unmuted.', () => {
  const { connection, log } = story()
  connection.mute()
  connection.data(request('a'))
  assert.deepEqual(log, [])
  connection.unmute()
  assert.deepEqual(log, ['start a'])
})
