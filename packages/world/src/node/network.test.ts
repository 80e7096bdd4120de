// Streams over the machine's network: bytes in order, pressure in both directions, ends that are noticed.

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { Connection, ConnectionHandler } from '../network.ts'
import { WorldError } from '../world-error.ts'
import { nodeNetwork } from './network.ts'

/** Both ends of a fresh connection, with all that each has received. */
async function pair(handlers: { server?: Partial<ConnectionHandler> } = {}) {
  const accepted = Promise.withResolvers<Connection>()
  const server = new Received(handlers.server)
  const listener = await nodeNetwork.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    connection.start(server)
    accepted.resolve(connection)
  })
  const client = new Received()
  const toServer = await nodeNetwork.connect(listener.address)
  toServer.start(client)
  const toClient = await accepted.promise
  return { listener, server, client, toServer, toClient }
}

class Received implements ConnectionHandler {
  readonly chunks: Buffer[] = []
  readonly #closed = Promise.withResolvers<Error | undefined>()
  readonly #overrides: Partial<ConnectionHandler>
  #waiting: (() => void) | undefined

  constructor(overrides: Partial<ConnectionHandler> = {}) {
    this.#overrides = overrides
  }

  get length(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  }

  get end(): Promise<Error | undefined> {
    return this.#closed.promise
  }

  async atLeast(length: number): Promise<Buffer> {
    while (this.length < length) {
      await new Promise<void>((resolve) => {
        this.#waiting = resolve
      })
    }
    return Buffer.concat(this.chunks)
  }

  data(chunk: Buffer): void {
    this.chunks.push(Buffer.from(chunk))
    this.#overrides.data?.(chunk)
    this.#waiting?.()
  }

  drained(): void {
    this.#overrides.drained?.()
  }

  closed(error: Error | undefined): void {
    this.#closed.resolve(error)
  }
}

describe('the network of this machine', () => {
  test('carries bytes both ways in order', async () => {
    const { listener, server, client, toServer, toClient } = await pair()
    const sent = Promise.withResolvers<void>()
    toServer.write([Buffer.from('a'), Buffer.from('b'), Buffer.from('c')], sent.resolve)
    await sent.promise
    assert.equal((await server.atLeast(3)).toString(), 'abc')
    toClient.write([Buffer.from('answer')])
    assert.equal((await client.atLeast(6)).toString(), 'answer')
    assert.equal(toServer.remote.port, listener.address.port)
    assert.equal(toClient.remote.port, toServer.local.port)
    toServer.end()
    assert.equal(await server.end, undefined)
    assert.equal(await client.end, undefined)
    await listener.close()
  })

  test('delivers what was sent before the end', async () => {
    const { listener, server, toServer, client } = await pair()
    const block = Buffer.alloc(3_000_000, 7)
    toServer.write([block])
    toServer.end()
    assert.equal(await server.end, undefined)
    assert.equal(server.length, block.length)
    assert.equal(await client.end, undefined)
    await listener.close()
  })

  test('answers a peer that has ended with what was already written, then closes', async () => {
    const answer = Buffer.alloc(2_000_000, 1)
    const { listener, client, toServer, toClient } = await pair()
    toClient.write([answer])
    toServer.end()
    await client.end
    assert.equal(client.length, answer.length)
    await listener.close()
  })

  test('slows the sender down while the receiver pauses, and tells when all is sent', async () => {
    const { listener, server, toServer, toClient } = await pair()
    toClient.pause()
    const block = Buffer.alloc(32 * 1024 * 1024, 1)
    let isSent = false
    toServer.write([block, block], () => {
      isSent = true
    })
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.ok(toServer.unsentBytes > 0)
    assert.equal(isSent, false)
    assert.ok(server.length <= 256 * 1024, 'at most the chunk already read follows')
    toClient.resume()
    await server.atLeast(2 * block.length)
    assert.equal(isSent, true)
    assert.equal(toServer.unsentBytes, 0)
    toServer.destroy()
    await server.end
    await listener.close()
  })

  test('says drained after bytes were left behind', async () => {
    const { listener, server, client, toServer, toClient } = await pair()
    const drained = Promise.withResolvers<void>()
    const connection = await nodeNetwork.connect(listener.address)
    connection.start({ data: () => {}, drained: drained.resolve, closed: () => {} })
    connection.write([Buffer.alloc(64 * 1024 * 1024)])
    await drained.promise
    assert.equal(connection.unsentBytes, 0)
    connection.destroy()
    toServer.destroy()
    toClient.destroy()
    await Promise.all([server.end, client.end])
    await listener.close()
  })

  test('runs sent for writes that come after the end', async () => {
    const { listener, server, client, toServer } = await pair()
    toServer.destroy()
    await client.end
    const sent = Promise.withResolvers<void>()
    toServer.write([Buffer.from('late')], sent.resolve)
    await sent.promise
    await server.end
    await listener.close()
  })

  test('frees the port at once and keeps open connections', async () => {
    const { listener, server, toServer, toClient } = await pair()
    await listener.close()
    const { port } = listener.address
    const next = await nodeNetwork.listen({ host: '127.0.0.1', port }, () => {})
    toServer.write([Buffer.from('still here')])
    await server.atLeast(10)
    toClient.end()
    await server.end
    await next.close()
  })

  test('names the address and the kind of a failure', async () => {
    const { listener, toServer, server } = await pair()
    const { address } = listener
    await assert.rejects(
      nodeNetwork.listen(address, () => {}),
      isWorldError('address-in-use'),
    )
    toServer.destroy()
    await server.end
    await listener.close()
    await assert.rejects(nodeNetwork.connect(address), (error) => {
      return isWorldError('unreachable')(error) && error.subject === `127.0.0.1:${address.port}`
    })
    const given = new Error('given up')
    const aborted = nodeNetwork.connect({ ...address, signal: AbortSignal.abort(given) })
    await assert.rejects(aborted, given)
  })

  test('reports a reset as an error', async () => {
    const { listener, server, toServer, toClient } = await pair()
    toServer.pause()
    toClient.write([Buffer.alloc(10_000_000)])
    toServer.destroy(new Error('enough'))
    const error = await server.end
    assert.ok(isWorldError('reset')(error), String(error))
    await listener.close()
  })
})

function isWorldError(kind: string): (error: unknown) => error is WorldError {
  return (error): error is WorldError => error instanceof WorldError && error.kind === kind
}
