/** What operators rely on when they change a running broker. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Alteration,
  applyAlteration,
  validateDynamicBroker,
  withDynamicSettings,
} from './dynamic.ts'
import { resolveBrokerSettings } from './resolve-broker.ts'
import { topicSettings } from './topic-settings.ts'

function messages(changes: Record<string, string | null>, perBroker: boolean): string[] {
  return validateDynamicBroker(changes, perBroker).map(({ message }) => message)
}

test('what may change while a broker runs is taken, in its own scope', () => {
  assert.deepEqual(messages({ 'log.retention.ms': '5', 'num.io.threads': null }, false), [])
  assert.deepEqual(messages({ 'log.retention.ms': '5' }, true), [])
  assert.deepEqual(messages({ 'listener.name.inside.ssl.keystore.location': '/k' }, true), [])
  assert.deepEqual(messages({ 'listener.name.inside.max.connections': '7' }, false), [])
  assert.deepEqual(messages({ 'leader.replication.throttled.rate': '7' }, false), [])
})

test("every change that cannot be made is named in Kafka's words", () => {
  const changes = {
    'log.dirs': '/x',
    'ssl.keystore.location': '/k',
    'listener.name.inside.ssl.key.password': 'secret',
    listeners: 'PLAINTEXT://:1',
    'log.retention.ms': 'abc',
    'log.retention.m': '1',
  }
  assert.deepEqual(messages(changes, false), [
    'Cannot update these configs dynamically: log.dirs',
    'These security configs can be dynamically updated only per-listener using the listener ' +
      'prefix: ssl.keystore.location',
    'Cannot update these configs at default cluster level, broker id must be specified: ' +
      'listener.name.inside.ssl.key.password',
    'Cannot update these configs at default cluster level, broker id must be specified: listeners',
    'Invalid value abc for configuration log.retention.ms: Not a number of type LONG',
    'Unknown broker config name: log.retention.m',
  ])
  const shown = validateDynamicBroker(changes, false).map(({ value }) => value)
  assert(!shown.includes('secret'))
})

test("what one broker was told stands over the cluster's, both over the file", () => {
  const { settings } = resolveBrokerSettings({ set: ['message.max.bytes=1', 'log.retention.ms=1'] })
  const layers = {
    clusterWide: { 'message.max.bytes': '2', 'log.retention.ms': '2', 'log.cleaner.threads': 'x' },
    perBroker: { 'message.max.bytes': '3', 'log.dirs': '/never' },
  }
  const { settings: now, problems } = withDynamicSettings(settings, layers)
  assert.equal(now['message.max.bytes'], 3)
  assert.equal(now['log.retention.ms'], 2)
  assert.equal(now['log.cleaner.threads'], 1)
  assert.equal(now['log.dirs'], null)
  assert.deepEqual(
    problems.map(({ key }) => key),
    ['log.cleaner.threads'],
  )
})

/** The outcome of one alteration of a topic's cleanup policy. */
function policy(
  current: string | null,
  operation: Alteration['operation'],
  value: string,
): unknown {
  return applyAlteration(topicSettings, current, { operation, key: 'cleanup.policy', value })
}

test('lists grow and shrink, from their default if they were not set', () => {
  assert.equal(policy('delete', 'append', 'compact'), 'delete,compact')
  assert.equal(policy(null, 'append', 'compact'), 'delete,compact')
  assert.equal(policy('delete,compact', 'append', 'compact'), 'delete,compact')
  assert.equal(policy('compact, delete', 'subtract', 'compact'), 'delete')
  assert.equal(policy(null, 'subtract', 'delete'), '')
  assert.equal(policy('delete', 'set', 'compact'), 'compact')
  assert.equal(policy('delete', 'delete', ''), null)
})

test('what is no list cannot be appended to', () => {
  const change: Alteration = { operation: 'append', key: 'retention.ms', value: '1' }
  const outcome = applyAlteration(topicSettings, '5', change)
  assert(outcome !== null && typeof outcome === 'object')
  assert.equal(outcome.message, "Can't APPEND to key retention.ms because its type is not LIST.")
})
