// The client's end of a connection, against real sockets.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ApiVersions, Metadata } from '@samsa/protocol'
import type { Connection } from '@samsa/world'
import { nodeNetwork } from '@samsa/world/node'
import { KafkaConnection } from './kafka-connection.ts'
import { ReceiveBudget } from './receive-budget.ts'
import { ServerConnection } from './server-connection.ts'
import { SlabPool } from './slabs.ts'

interface Server extends AsyncDisposable {
  readonly port: number
  readonly correlationIds: number[]
}

/** A server that gives every request this answer body, behind its correlation id. */
async function serve(body: Buffer, drop = false): Promise<Server> {
  const correlationIds: number[] = []
  const connections: Connection[] = []
  const listener = await nodeNetwork.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    connections.push(connection)
    const server = new ServerConnection(
      connection,
      {
        overlaps: () => true,
        start: (exchange) => {
          const id = exchange.request.readInt32BE(4)
          correlationIds.push(id)
          if (drop) return server.destroy()
          const head = Buffer.alloc(8)
          head.writeInt32BE(4 + body.length)
          head.writeInt32BE(id, 4)
          exchange.answer([head, body])
        },
        refused: () => {},
        closed: () => {},
      },
      {
        slabs: new SlabPool(),
        budget: new ReceiveBudget(() => Number.POSITIVE_INFINITY),
        maxFrameBytes: () => 1_000_000,
        maxUnsentBytes: 1_000_000,
      },
    )
    connection.start(server)
  })
  return {
    port: listener.address.port,
    correlationIds,
    async [Symbol.asyncDispose]() {
      for (const connection of connections) connection.destroy()
      await listener.close()
    },
  }
}

const apiVersionsBody = ApiVersions.response.encode(0, {
  apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 12 }],
})

test('Pipelined requests each get their own answer.', async () => {
  await using server = await serve(apiVersionsBody)
  const { port } = server
  await using client = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => client.send(ApiVersions, 0, {})),
  )
  assert.ok(answers.every((answer) => answer.apiKeys[0]?.apiKey === 3))
  assert.equal(new Set(server.correlationIds).size, 50)
  assert.equal(client.inFlight, 0)
})

test('Requests in flight and later ones are rejected when the broker goes away.', async () => {
  await using server = await serve(Buffer.alloc(0), true)
  const { port } = server
  await using client = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  await assert.rejects(client.send(ApiVersions, 0, {}))
  await client.closed
  await assert.rejects(client.send(ApiVersions, 0, {}))
})

test('An answer that makes no sense is a ProtocolError for its request.', async () => {
  await using server = await serve(Buffer.from('nonsense'))
  const { port } = server
  await using client = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  await assert.rejects(client.send(Metadata, 1, { topics: [] }), { name: 'ProtocolError' })
})

test('Nobody listening is an error that names the address.', async () => {
  const server = await serve(apiVersionsBody)
  const { port } = server
  await server[Symbol.asyncDispose]()
  await assert.rejects(KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port }), {
    name: 'WorldError',
    subject: `127.0.0.1:${port}`,
  })
})

test('The features of the cluster are known once its versions are.', async () => {
  const body = ApiVersions.response.encode(4, {
    apiKeys: [{ apiKey: 3, minVersion: 0, maxVersion: 12 }],
    finalizedFeaturesEpoch: 7,
    finalizedFeatures: [{ name: 'transaction.version', maxVersionLevel: 2, minVersionLevel: 2 }],
  })
  await using server = await serve(body)
  const { port } = server
  await using client = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  assert.equal(client.features.get('transaction.version'), undefined)
  await client.versions('test', '1')
  assert.equal(client.features.get('transaction.version'), 2)
})
