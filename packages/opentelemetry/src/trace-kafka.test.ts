// Spans begin and end with what they stand for, carry errors, and travel with records.

import assert from 'node:assert/strict'
import { tracingChannel } from 'node:diagnostics_channel'
import { test } from 'node:test'
import type { ProcessTrace } from '@samsa/client'
import type { OpenTelemetryApi } from './opentelemetry-api.ts'
import { traceKafka } from './trace-kafka.ts'

/** An OpenTelemetry that writes down what it is told. */
function recorder() {
  const lines: string[] = []
  const api: OpenTelemetryApi = {
    context: {
      active: () => ({ parent: 'none' }),
      with: (context, work) => {
        const { parent } = context as { readonly parent: string }
        lines.push(`within ${parent}`)
        return work()
      },
    },
    trace: {
      getTracer: () => ({
        startSpan: (name, { kind, attributes }, context) => {
          const { parent } = context as { readonly parent: string }
          const offset = attributes['messaging.kafka.offset'] ?? ''
          lines.push(`start ${name} ${kind} under ${parent} ${offset}`.trim())
          return {
            setAttribute: (key, value) => lines.push(`${name}: ${key}=${value}`),
            recordException: (error) => lines.push(`${name}: ${error.message}`),
            setStatus: ({ code }) => lines.push(`${name}: status ${code}`),
            end: () => lines.push(`end ${name}`),
          }
        },
      }),
      setSpan: () => ({ parent: 'span' }),
    },
    propagation: {
      inject: (_context, carrier) => {
        carrier['traceparent'] = 'the send'
      },
      extract: (_context, carrier) => ({ parent: carrier['traceparent'] ?? 'none' }),
    },
  }
  return { api, lines }
}

const send = tracingChannel('samsa:client:send')
const process = tracingChannel('samsa:client:process')

test('a send and the record that comes of it are one trace', async () => {
  const { api, lines } = recorder()
  const stop = traceKafka(api)
  const trace = { topic: 'orders', recordCount: 1, headers: [] as [string, string][] }
  await send.tracePromise(() => Promise.resolve(), trace)
  assert.deepEqual(trace.headers, [['traceparent', 'the send']])
  const headers = trace.headers.map(([key, value]) => ({ key, value: Buffer.from(value) }))
  const record = {
    topic: 'orders',
    partition: 0,
    offset: 7,
    timestamp: 0,
    key: null,
    value: null,
    headers,
  }
  const work = process.tracePromise(() => Promise.reject(new Error('no')), { record, attempt: 1 })
  await assert.rejects(work, /no/)
  stop()
  await send.tracePromise(() => Promise.resolve(), { ...trace, headers: [] })
  assert.deepEqual(lines, [
    'start send orders 3 under none',
    'end send orders',
    'start process orders 4 under the send 7',
    'process orders: no',
    'process orders: status 2',
    'process orders: error.type=Error',
    'end process orders',
  ])
})

test('a handler is to run inside its span', async () => {
  const { api, lines } = recorder()
  const stop = traceKafka(api)
  const place = { topic: 'orders', partition: 0, offset: 7, timestamp: 0 }
  const trace: ProcessTrace = {
    record: { ...place, key: null, value: null, headers: [] },
    attempt: 1,
  }
  // As the client calls it.
  const handler = (): Promise<void> => Promise.resolve(void lines.push('the handler'))
  await process.tracePromise(() => trace.within?.(handler) ?? Promise.resolve(), trace)
  stop()
  const expected = ['within span', 'the handler', 'end process orders']
  assert.deepEqual(lines.slice(1), expected)
})

test('what is under way is ended when tracing ends', () => {
  const { api, lines } = recorder()
  const stop = traceKafka(api)
  void send.tracePromise(() => new Promise(() => {}), { topic: 't', recordCount: 1, headers: [] })
  stop()
  assert.deepEqual(lines, ['start send t 3 under none', 'end send t'])
})
