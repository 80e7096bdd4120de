/** What operators who give one group its own settings rely on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resolveBrokerSettings } from './resolve-broker.ts'
import { resolveGroupSettings, validateGroupConfigs } from './resolve-group.ts'

const { settings } = resolveBrokerSettings({ set: ['group.consumer.session.timeout.ms=46000'] })

test("a group's settings must lie within the broker's bounds", () => {
  const overrides = {
    'consumer.session.timeout.ms': '44000',
    'consumer.heartbeat.interval.ms': '15001',
    'share.session.timeout.ms': 'x',
    'consumer.max.lag': '1',
  }
  assert.deepEqual(
    validateGroupConfigs(overrides, settings).map(({ message }) => message),
    [
      'Invalid value x for configuration share.session.timeout.ms: Not a number of type INT',
      'Unknown group config name: consumer.max.lag',
      'consumer.session.timeout.ms must be greater than or equal to ' +
        'group.consumer.min.session.timeout.ms',
      'consumer.heartbeat.interval.ms must be less than or equal to ' +
        'group.consumer.max.heartbeat.interval.ms',
    ],
  )
  assert.deepEqual(validateGroupConfigs({ 'consumer.session.timeout.ms': '60000' }, settings), [])
})

test('what a group does not say comes from the broker, and bounds that narrowed hold', () => {
  const none = resolveGroupSettings(settings, {})
  assert.equal(none['consumer.session.timeout.ms'], 46_000)
  const own = resolveGroupSettings(settings, {
    'consumer.session.timeout.ms': '90000',
    'consumer.heartbeat.interval.ms': '6000',
  })
  assert.equal(own['consumer.session.timeout.ms'], 60_000)
  assert.equal(own['consumer.heartbeat.interval.ms'], 6000)
})
