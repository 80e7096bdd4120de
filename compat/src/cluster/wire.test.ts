// A cut wire is silent, not closed; mended, it brings what was sent meanwhile.

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { test } from 'node:test'
import { kafkaCaller, Wire } from './wire.ts'

test('what is sent over a cut wire comes when it is mended, and only callers that are cut wait', async () => {
  const server = createServer((socket) => socket.pipe(socket))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  assert(address !== null && typeof address === 'object')
  const wire = await Wire.open({
    port: 0,
    target: address.port,
    callerOf: (first) => (first.toString() === 'one' ? 1 : 'client'),
  })
  const open = async (name: string) => {
    const socket = connect(wire.port, '127.0.0.1')
    socket.write(name)
    const [echo] = (await once(socket, 'data')) as [Buffer]
    assert.equal(echo.toString(), name)
    return socket
  }
  const broker = await open('one')
  const client = await open('anybody')
  wire.cut((caller) => caller === 1)
  let heard = ''
  broker.on('data', (chunk) => (heard += chunk.toString()))
  broker.write('over a cut wire')
  client.write('still here')
  const [echo] = (await once(client, 'data')) as [Buffer]
  assert.equal(echo.toString(), 'still here')
  assert.equal(heard, '')
  wire.mend()
  await once(broker, 'data')
  assert.equal(heard, 'over a cut wire')
  broker.destroy()
  client.destroy()
  wire.close()
  server.close()
})

test('brokers are told from clients by the client id of their first request', () => {
  const request = (clientId: string): Buffer => {
    const head = Buffer.alloc(14)
    head.writeInt16BE(clientId.length, 12)
    return Buffer.concat([head, Buffer.from(clientId)])
  }
  assert.equal(kafkaCaller(request('broker-12-replication')), 12)
  assert.equal(kafkaCaller(request('analysts')), 'client')
  assert.equal(kafkaCaller(Buffer.alloc(3)), 'client')
})
