// The stories of our client, with a broker in this process.

import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { test } from 'node:test'
import { startBroker } from '@samsa/broker'
import { connect, type ProcessTrace, type RequestTrace, type SendTrace, topic } from '@samsa/client'
import { Checks } from '../runner/suite.ts'
import { settings, stories } from './suite.ts'

for (const [name, story] of Object.entries(stories)) {
  test(`client: ${name}`, { timeout: 30_000 }, async () => {
    await using broker = await startBroker({ memory: true, settings })
    const checks = new Checks()
    await story({ bootstrap: broker.bootstrapServers, prefix: '', checks })
    const { failures, passed } = checks.result()
    assert.deepEqual(failures, [])
    assert.ok(passed > 0)
  })
}

test('a broker of this process is taken as it is', async () => {
  await using broker = await startBroker({ memory: true, settings })
  await using kafka = connect({ broker })
  const { clusterId } = await kafka.admin().cluster.describe()
  assert.equal(clusterId, broker.clusterId)
})

test('whoever listens hears of sends, requests and records, and adds headers', async () => {
  await using broker = await startBroker({ memory: true, settings })
  await using kafka = connect({ broker })
  const heard: string[] = []
  const onSend = (trace: unknown): void => {
    const { topic: name, recordCount, headers } = trace as SendTrace
    heard.push(`send ${name} ${recordCount}`)
    headers.push(['traceparent', 'the send'])
  }
  const onProcess = (trace: unknown): void => {
    const { record } = trace as ProcessTrace
    heard.push(`process ${record.offset} ${record.headers[0]?.value?.toString()}`)
  }
  const apis = new Set<string>()
  const onRequest = (trace: unknown): void => void apis.add((trace as RequestTrace).api)
  subscribe('tracing:samsa:client:send:start', onSend)
  subscribe('tracing:samsa:client:process:start', onProcess)
  subscribe('tracing:samsa:client:request:asyncEnd', onRequest)
  const log = topic('heard')
  await kafka.producer().send(log, { key: null, value: Buffer.from('x'), partition: 0 })
  await using consumer = kafka.consumer<typeof log>()
  consumer.assign([{ topic: log, partition: 0, from: 'earliest' }])
  const end = new AbortController()
  await consumer.run(() => end.abort(), { signal: end.signal }).catch(() => {})
  unsubscribe('tracing:samsa:client:send:start', onSend)
  unsubscribe('tracing:samsa:client:process:start', onProcess)
  unsubscribe('tracing:samsa:client:request:asyncEnd', onRequest)
  assert.deepEqual(heard, ['send heard 1', 'process 0 the send'])
  assert.ok(apis.has('Produce') && apis.has('Metadata'), [...apis].join())
  assert.match(
    kafka.metrics(),
    /kafka_client_request_latency_ms_count\{.*request="Produce".*\} 1\n/,
  )
})
