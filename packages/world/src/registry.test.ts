// Instruments that count, and the text that a scraper reads.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prometheusText } from './prometheus.ts'
import { createMetrics } from './registry.ts'

test('the same name and labels are the same instrument', () => {
  const metrics = createMetrics()
  metrics.counter('bytes', 'Bytes', { topic: 'a', partition: '0' }).add(2)
  metrics.counter('bytes', 'Bytes', { partition: '0', topic: 'a' }).add(3)
  metrics.counter('bytes', 'Bytes', { topic: 'b' }).add(7)
  const values = metrics.samples().map(({ instrument }) => {
    return instrument.kind === 'counter' ? instrument.counter.value : undefined
  })
  assert.deepEqual(values, [5, 7])
  metrics.remove('bytes', { topic: 'b' })
  assert.equal(metrics.samples().length, 1)
})

test('a later gauge replaces an earlier one', () => {
  const metrics = createMetrics()
  metrics.gauge('size', 'Size', () => 1)
  metrics.gauge('size', 'Size', () => 2)
  assert.equal(prometheusText(metrics), '# HELP size Size\n# TYPE size gauge\nsize 2\n')
})

test('quantiles are at most a sixteenth away from the truth', () => {
  const histogram = createMetrics().histogram('time', 'Time')
  assert.equal(histogram.quantile(0.5), 0)
  const values: number[] = []
  for (let i = 0; i < 10_000; i++) values.push(0.01 * 1.002 ** i)
  for (const value of values) histogram.record(value)
  for (const fraction of [0.01, 0.25, 0.5, 0.9, 0.99, 1]) {
    const exact = values[Math.ceil(fraction * values.length) - 1] ?? 0
    const error = Math.abs(histogram.quantile(fraction) - exact) / exact
    assert.ok(error <= 1 / 16, `${fraction}: ${error}`)
  }
  assert.equal(histogram.count, 10_000)
  assert.ok(Math.abs(histogram.sum / values.reduce((a, b) => a + b) - 1) < 1e-9)
})

test('zeros and extremes stay in their place', () => {
  const histogram = createMetrics().histogram('h', 'H')
  for (const value of [0, 0, 0, 2 ** 60]) histogram.record(value)
  assert.equal(histogram.quantile(0.5), 0)
  assert.ok(histogram.quantile(1) > 2 ** 52)
})

test('the text escapes what the format reserves', () => {
  const metrics = createMetrics()
  const labels = { 'client-id': 'a"b\\c\nd' }
  metrics.counter('kafka.server:requests', 'Line\nbreak', labels).add(1)
  metrics.histogram('request-time-ms', 'Time', { request: 'Fetch' }).record(10)
  metrics.gauge('limit', 'Limit', () => Number.POSITIVE_INFINITY)
  const lines = prometheusText(metrics).split('\n')
  assert.ok(lines.includes('# HELP kafka_server:requests Line\\nbreak'))
  assert.ok(lines.includes('kafka_server:requests{client_id="a\\"b\\\\c\\nd"} 1'))
  assert.ok(lines.includes('# TYPE request_time_ms summary'))
  assert.ok(lines.includes('request_time_ms{request="Fetch",quantile="0.5"} 10'))
  assert.ok(lines.includes('request_time_ms_count{request="Fetch"} 1'))
  assert.ok(lines.includes('limit +Inf'))
})
