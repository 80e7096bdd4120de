// Properties of Kafka's own clients say the same to this one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readClientProperties } from './java-properties.ts'

const files: Readonly<Record<string, string>> = { '/ca.pem': 'CA', '/me.pem': 'KEY AND CHAIN' }
const readText = async (path: string): Promise<string> => files[path] ?? ''

test('TLS, a login and numbers become options; what concerns producers is left out', async () => {
  const options = await readClientProperties(
    {
      'bootstrap.servers': 'a:1, b:2',
      'client.id': '42',
      'request.timeout.ms': '1000',
      'linger.ms': '5',
      'security.protocol': 'SASL_SSL',
      'sasl.mechanism': 'SCRAM-SHA-512',
      'sasl.jaas.config':
        'org.apache.kafka.common.security.scram.ScramLoginModule required username="al\\"ice" password=secret;',
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': '/ca.pem',
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': '/me.pem',
      'ssl.endpoint.identification.algorithm': '',
    },
    readText,
  )
  assert.deepEqual(options, {
    brokers: ['a:1', 'b:2'],
    clientId: '42',
    requestTimeoutMs: 1000,
    tls: {
      authorities: ['CA'],
      key: 'KEY AND CHAIN',
      certificate: 'KEY AND CHAIN',
      serverName: false,
    },
    sasl: { mechanism: 'SCRAM-SHA-512', username: 'al"ice', password: 'secret' },
  })
})

test('without a protocol nothing is secured', async () => {
  assert.deepEqual(await readClientProperties({ 'bootstrap.servers': 'a:1' }, readText), {
    brokers: ['a:1'],
  })
})

test('all problems are named', async () => {
  const wrong = {
    'request.timeout.ms': 'soon',
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'GSSAPI',
    'ssl.truststore.location': '/ca.jks',
  }
  await assert.rejects(readClientProperties(wrong, readText), (error: Error) => {
    assert.match(error.message, /request\.timeout\.ms[\s\S]*JKS[\s\S]*GSSAPI/)
    return true
  })
  const login = { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'PLAIN' }
  await assert.rejects(readClientProperties(login, readText), /no user name/)
})
