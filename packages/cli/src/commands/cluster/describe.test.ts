// The first look at a cluster, and what is said where there is none.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startBroker } from '@samsa/broker'
import { samsaRun } from '../../testing/samsa-run.ts'

test('brokers, controller and features', async () => {
  await using broker = await startBroker({ memory: true })
  const brokers = broker.bootstrapServers
  const text = await samsaRun(['cluster', 'describe'], { brokers })
  assert.match(text.text, new RegExp(`^cluster ${broker.clusterId} .*\n.*\n\nBROKER +ADDRESS`))
  assert.match(text.text, new RegExp(`${brokers} .*controller\n$`))
  const described = (await samsaRun(['cluster', 'describe', '--json'], { brokers })).json<{
    readonly clusterId: string
    readonly brokers: readonly { readonly brokerId: number }[]
  }>()
  assert.equal(described.clusterId, broker.clusterId)
  assert.deepEqual(
    described.brokers.map(({ brokerId }) => brokerId),
    [broker.brokerId],
  )
  assert.equal((await samsaRun(['cluster', 'moves'], { brokers })).exitCode, 0)
})

// Nobody listens on port 1 of this machine.
for (const words of [
  ['cluster', 'describe'],
  ['produce', 'orders'],
  ['produce', 'orders', '--transactional-id', 'one'],
  ['consume', 'orders'],
  ['consume', 'orders', '--group', 'readers'],
]) {
  test(`samsa ${words.join(' ')} says in one line that nobody answers, and ends`, async () => {
    const said = [...words, '-b', '127.0.0.1:1', '--timeout', '0.2']
    const { exitCode, text, errors } = await samsaRun(said, { input: 'a\n' })
    assert.equal(exitCode, 1)
    assert.equal(text, '')
    assert.match(errors, /^samsa [a-z ]+: no answer from 127\.0\.0\.1:1 within 0\.2 s[^\n]*\n$/)
    assert.match(errors, /ECONNREFUSED/)
  })
}

test('an address that is none is said so', async () => {
  const { exitCode, errors } = await samsaRun(['topic', 'list', '-b', 'localhost'])
  assert.equal(exitCode, 1)
  assert.match(errors, /localhost is no address of a broker/)
})

test('what is used wrongly exits with 2', async () => {
  assert.equal((await samsaRun(['topic', 'create'])).exitCode, 2)
  assert.equal((await samsaRun(['nothing'])).exitCode, 2)
  assert.equal((await samsaRun(['topic', 'list', '--timeout', 'soon'])).exitCode, 2)
})
