/** What creators of topics rely on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrokerSettings } from './broker/broker-settings.ts'
import { SettingsError } from './problem.ts'
import { resolveBrokerSettings } from './resolve-broker.ts'
import { resolveTopicSettings, validateTopicConfigs } from './resolve-topic.ts'

function broker(...set: string[]): BrokerSettings {
  return resolveBrokerSettings({ set }).settings
}

function retentionMs(...set: string[]): number {
  return resolveTopicSettings(broker(...set), {})['retention.ms']
}

test('of synonyms the finest unit that is set counts', () => {
  assert.equal(retentionMs(), 604_800_000)
  assert.equal(retentionMs('log.retention.hours=1'), 3_600_000)
  assert.equal(retentionMs('log.retention.hours=1', 'log.retention.minutes=2'), 120_000)
  assert.equal(retentionMs('log.retention.minutes=2', 'log.retention.ms=3'), 3)
  assert.equal(retentionMs('log.retention.minutes=-1'), -1)
})

test("a topic's own setting stands over the broker's, in the same type", () => {
  const settings = resolveTopicSettings(broker('min.insync.replicas=2', 'compression.type=lz4'), {
    'min.insync.replicas': '1',
    'cleanup.policy': 'compact, delete',
  })
  assert.equal(settings['min.insync.replicas'], 1)
  assert.deepEqual(settings['cleanup.policy'], ['compact', 'delete'])
  assert.equal(settings['compression.type'], 'lz4')
})

test('tests may have tiny segments', () => {
  const settings = resolveTopicSettings(broker(), { 'internal.segment.bytes': '100' })
  assert.equal(settings['segment.bytes'], 100)
  assert.equal(validateTopicConfigs({ 'segment.bytes': '100' }).length, 1)
})

test("all that is wrong with a topic's settings is said in Kafka's words", () => {
  const problems = validateTopicConfigs({
    'retention.ms': '-5',
    'retention.mss': '1',
    'flush.ms': null,
    'min.compaction.lag.ms': '9223372036854775807',
    'max.compaction.lag.ms': '5',
    'remote.storage.enable': 'true',
  })
  assert.deepEqual(
    problems.map(({ message }) => message),
    [
      'Null value not supported for topic configs: flush.ms',
      'Invalid value -5 for configuration retention.ms: Value must be at least -1',
      'Unknown topic config name: retention.mss',
      'conflict topic config setting min.compaction.lag.ms (9223372036854775807) > ' +
        'max.compaction.lag.ms (5)',
      'Tiered Storage functionality is disabled in the broker. ' +
        'Topic cannot be configured with remote log storage.',
    ],
  )
  assert.equal(problems[2]?.nearest, 'retention.ms')
  assert.deepEqual(validateTopicConfigs({ 'retention.ms': '5', 'cleanup.policy': 'compact' }), [])
})

test("a topic's setting is judged beside what the broker's defaults make of it", () => {
  const settings = broker('log.cleaner.max.compaction.lag.ms=10')
  assert.equal(validateTopicConfigs({ 'min.compaction.lag.ms': '20' }, settings).length, 1)
  assert.equal(validateTopicConfigs({ 'min.compaction.lag.ms': '20' }).length, 0)
})

test('stored settings that do not parse are an error, not a default', () => {
  assert.throws(() => resolveTopicSettings(broker(), { 'retention.ms': 'x' }), SettingsError)
})
