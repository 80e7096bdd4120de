// The bench measures what was asked for, however fast it goes.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBroker } from '@samsa/broker'
import { samsaRun } from '../../testing/samsa-run.ts'
import { percentile, speed, spread } from './figures.ts'

test('figures are what they are called', () => {
  const hundred = Array.from({ length: 100 }, (_, i) => i + 1)
  assert.equal(percentile(hundred, 0.99), 100)
  assert.deepEqual(spread([3, 1, 2]), { p50Ms: 2, p99Ms: 3, maxMs: 3 })
  assert.deepEqual(speed(1000, 2_000_000, 500), {
    records: 1000,
    seconds: 0.5,
    recordsPerSecond: 2000,
    megabytesPerSecond: 4,
  })
})

test('records are written, read and passed on', async () => {
  await using broker = await startBroker({ memory: true })
  const bench = async (...words: readonly string[]): Promise<Readonly<Record<string, number>>> => {
    const brokers = broker.bootstrapServers
    const run = await samsaRun(['bench', ...words, '--json'], { brokers })
    assert.deepEqual([run.exitCode, run.errors], [0, ''])
    return run.json()
  }
  assert.equal((await bench('produce', '-n', '2500', '-s', '10'))['records'], 2500)
  assert.equal((await bench('consume', '-n', '2500'))['records'], 2500)
  assert.equal((await bench('latency', '-n', '5'))['records'], 5)
})
