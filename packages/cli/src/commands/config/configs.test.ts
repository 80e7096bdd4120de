// Configs as an operator sets and looks at them.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Broker, startBroker } from '@samsa/broker'
import { type SamsaRun, samsaRun } from '../../testing/samsa-run.ts'

let broker: Broker
before(async () => {
  broker = await startBroker({ memory: true })
})
after(() => broker.close())

function samsa(...words: readonly string[]): Promise<SamsaRun> {
  return samsaRun(words, { brokers: broker.bootstrapServers })
}

test('a config of a topic is set, seen with where it comes from, and unset', async () => {
  await samsa('topic', 'create', 'orders')
  const set = await samsa('config', 'set', 'topic', 'orders', 'retention.ms=5000')
  assert.equal(set.text, 'topic orders: retention.ms=5000\n')
  const described = await samsa('config', 'describe', 'topic', 'orders')
  assert.match(described.text, /\nretention.ms +5000 +dynamic topic\n/)
  const unset = await samsa('config', 'unset', 'topic', 'orders', 'retention.ms')
  assert.equal(unset.text, 'topic orders: retention.ms has its default\n')
  assert.doesNotMatch((await samsa('config', 'describe', 'topic', 'orders')).text, /retention\.ms/)
  const all = await samsa('config', 'describe', 'topic', 'orders', '--all', '--json')
  assert.ok(all.json<{ readonly name: string }[]>().some(({ name }) => name === 'retention.ms'))
})

test('configs of all brokers are set by the empty name', async () => {
  const set = await samsa('config', 'set', 'broker', '', 'log.cleaner.threads=2')
  assert.deepEqual([set.exitCode, set.errors], [0, ''])
  assert.equal(set.text, 'all brokers: log.cleaner.threads=2\n')
})

test('a dry run checks, and a bad value is refused by name', async () => {
  await samsa('topic', 'create', 'dry')
  const dry = await samsa('config', 'set', 'topic', 'dry', 'retention.ms=7', '--dry-run')
  assert.equal(dry.text, 'would change topic dry: retention.ms=7\n')
  assert.doesNotMatch((await samsa('config', 'describe', 'topic', 'dry')).text, /retention\.ms/)
  const bad = await samsa('config', 'set', 'topic', 'dry', 'retention.ms=soon')
  assert.equal(bad.exitCode, 1)
  assert.match(bad.errors, /^samsa config set: [^\n]*retention.ms[^\n]*\n$/)
})

test('a kind of thing that has no configs is a wrong use', async () => {
  const run = await samsa('config', 'describe', 'planet', 'x')
  assert.equal(run.exitCode, 2)
})
