// Whoever comes from Kafka's tools brings a properties file; whoever comes from kcat types -X.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { propertyOptions } from './client-properties.ts'

test('a file and single properties, which win over it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'samsa-properties-'))
  try {
    const file = join(directory, 'client.properties')
    writeFileSync(file, 'bootstrap.servers=kafka1:9092\nclient.id=file\nlinger.ms=5\n')
    const flags = { timeout: 1, commandConfig: file, X: [['client.id', 'me']] } as const
    const options = await propertyOptions(flags, undefined)
    assert.deepEqual(options, { brokers: ['kafka1:9092'], clientId: 'me' })
    assert.deepEqual(await propertyOptions({ timeout: 1, X: [] }, file), {
      brokers: ['kafka1:9092'],
      clientId: 'file',
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test("kcat's names of a login and of an authority", async () => {
  const X = [
    ['security.protocol', 'SASL_SSL'],
    ['sasl.mechanisms', 'SCRAM-SHA-512'],
    ['sasl.username', 'alice'],
    ['sasl.password', 'a"b'],
  ] as const
  const { sasl, tls } = await propertyOptions({ timeout: 1, X }, undefined)
  assert.deepEqual(sasl, { mechanism: 'SCRAM-SHA-512', username: 'alice', password: 'a"b' })
  assert.notEqual(tls, undefined)
})

test('what is no property of a client is refused by name', async () => {
  const X = [['security.protocl', 'SSL']] as const
  await assert.rejects(propertyOptions({ timeout: 1, X }, undefined), /-X security\.protocl/)
  await assert.rejects(
    propertyOptions({ timeout: 1, commandConfig: '/nowhere', X: [] }, undefined),
    /cannot read \/nowhere: ENOENT/,
  )
})
