// What a client is told of a broker that says nothing.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nodeWorld } from '@samsa/world/node'
import { BrokerLink } from './broker-link.ts'
import { readClusterOptions } from './cluster-settings.ts'

test('a broker that hangs up before its first answer may expect TLS', async () => {
  const world = nodeWorld({})
  const listener = await world.network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    connection.start({ data: () => connection.end(), drained: () => {}, closed: () => {} })
  })
  const link = new BrokerLink(world, listener.address, readClusterOptions({}).link)
  await assert.rejects(link.connect(), { name: 'WorldError', message: /it may expect TLS/ })
  assert.match(link.name, /^127\.0\.0\.1:\d+$/)
  await link.close()
  await listener.close()
})

test('a broker that takes a connection and says nothing is given up', async () => {
  const world = nodeWorld({})
  const listener = await world.network.listen({ host: '127.0.0.1', port: 0 }, (connection) => {
    connection.start({ data: () => {}, drained: () => {}, closed: () => {} })
  })
  const options = { socketConnectionSetupTimeoutMs: 50 }
  const link = new BrokerLink(world, listener.address, readClusterOptions(options).link)
  await assert.rejects(link.connect(), /did not take the connection within 50 ms/)
  await link.close()
  await listener.close()
})
