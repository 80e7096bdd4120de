// Connections under TLS: whom the client believes, whom the server lets in, and as whom.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import type { Connection, Listener, TlsOptions } from '../network.ts'
import { WorldError } from '../world-error.ts'
import { nodeNetwork } from './network.ts'

const pem = (name: string): string => {
  return readFileSync(new URL(`./testdata/${name}`, import.meta.url), 'utf8')
}
const authorities = [pem('authority.pem')]
const server: TlsOptions = { key: pem('server.key'), certificate: pem('server.pem'), authorities }
const client: TlsOptions = { key: pem('client.key'), certificate: pem('client.pem'), authorities }

/** Echoes the principal of each client. */
function listen(tls: TlsOptions): Promise<Listener> {
  return nodeNetwork.listen({ host: '127.0.0.1', port: 0, tls }, (connection) => {
    connection.start({ data: () => {}, drained: () => {}, closed: () => {} })
    connection.write([Buffer.from('you are '), Buffer.from(connection.peerPrincipal ?? 'nobody')])
    connection.end()
  })
}

async function hear(listener: Listener, tls: TlsOptions): Promise<string> {
  const connection = await nodeNetwork.connect({ ...listener.address, tls })
  return textOf(connection)
}

function textOf(connection: Connection): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    connection.start({
      data: (chunk) => {
        text += chunk.toString()
      },
      drained: () => {},
      closed: (error) => (error === undefined ? resolve(text) : reject(error)),
    })
  })
}

describe('TLS', () => {
  test('serves clients that trust the authority, by address or by name', async () => {
    const listener = await listen(server)
    assert.equal(await hear(listener, { authorities }), 'you are nobody')
    assert.equal(await hear(listener, { authorities, serverName: 'broker.test' }), 'you are nobody')
    await assert.rejects(hear(listener, { authorities, serverName: 'other.test' }), WorldError)
    await assert.rejects(hear(listener, { serverName: false }), WorldError)
    assert.equal(await hear(listener, { authorities, serverName: false }), 'you are nobody')
    await listener.close()
  })

  test('knows clients by their certificate when it asks for one', async () => {
    const listener = await listen({ ...server, clientAuth: 'requested' })
    assert.equal(await hear(listener, client), 'you are CN=client,O=Samsa tests,C=CZ')
    assert.equal(await hear(listener, { authorities }), 'you are nobody')
    await listener.close()
  })

  test('lets nobody in without a certificate when it insists on one', async () => {
    const listener = await listen({ ...server, clientAuth: 'required' })
    assert.equal(await hear(listener, client), 'you are CN=client,O=Samsa tests,C=CZ')
    await assert.rejects(hear(listener, { authorities }), WorldError)
    await listener.close()
  })
})
