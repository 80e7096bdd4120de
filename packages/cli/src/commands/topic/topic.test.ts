// What people do with topics at a terminal.

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

test('a topic is created, listed, described, altered and deleted', async () => {
  const created = await samsa('topic', 'create', 'orders', '-p', '3', '-c', 'retention.ms=1000')
  assert.equal(created.text, 'created orders with 3 partitions, 1 replica each\n')
  assert.equal(created.exitCode, 0)

  const listed = await samsa('topic', 'list')
  assert.match(listed.text, /^TOPIC +PARTITIONS +REPLICAS +SIZE\norders +3 +1 +0 B\n$/)

  const described = await samsa('topic', 'describe', 'orders')
  assert.match(described.text, /^orders {2}\S+\n {2}retention.ms=1000\nPARTITION +LEADER/)
  assert.equal(described.text.trimEnd().split('\n').length, 3 + 3)

  const altered = await samsa('topic', 'alter', 'orders', '-p', '5', '-d', 'retention.ms')
  assert.equal(altered.text, 'altered orders\n')
  const [topic] = (await samsa('topic', 'describe', 'orders', '--json')).json<
    { readonly partitions: readonly unknown[]; readonly configs: object }[]
  >()
  assert.equal(topic?.partitions.length, 5)
  assert.deepEqual(topic.configs, {})

  assert.equal((await samsa('topic', 'delete', 'orders')).text, 'deleted orders\n')
  assert.deepEqual((await samsa('topic', 'list', '--json')).json(), [])
})

test('of several topics each succeeds or fails by itself', async () => {
  await samsa('topic', 'create', 'a')
  const both = await samsa('topic', 'create', 'a', 'b', '--json')
  assert.equal(both.exitCode, 1)
  assert.deepEqual(
    both.json<{ readonly name: string }[]>().map(({ name }) => name),
    ['b'],
  )
  assert.match(both.errors, /^samsa: Topic a: .*already exists.*\n$/)
  assert.equal((await samsa('topic', 'create', 'a', '--if-not-exists')).exitCode, 0)
  await samsa('topic', 'delete', 'a', 'b')
})

test('a dry run changes nothing', async () => {
  const run = await samsa('topic', 'create', 'maybe', '-p', '2', '--dry-run')
  assert.match(run.text, /^would create maybe with 2 partitions/)
  assert.equal((await samsa('topic', 'describe', 'maybe')).exitCode, 1)
})

test('what cannot be done is said in one line', async () => {
  const unknown = await samsa('topic', 'describe', 'nowhere')
  assert.equal(unknown.exitCode, 1)
  assert.match(unknown.errors, /^samsa: Topic nowhere: [^\n]+\n$/)

  const bad = await samsa('topic', 'create', 'x', '-c', 'retention.ms=soon')
  assert.equal(bad.exitCode, 1)
  assert.match(bad.errors, /^samsa: Topic x: [^\n]*retention.ms[^\n]*\n$/)

  const idle = await samsa('topic', 'alter', 'x')
  assert.equal(idle.exitCode, 2)
  assert.match(idle.errors, /^samsa topic alter: say what to change/)
})
