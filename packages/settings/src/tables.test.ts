/** What every row of every table keeps. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokerSettings, brokerThemes } from './broker/broker-settings.ts'
import { dynamicOnlySettings } from './broker/dynamic-only-settings.ts'
import { adminSettings } from './client/admin-settings.ts'
import { consumerSettings } from './client/consumer-settings.ts'
import { producerSettings } from './client/producer-settings.ts'
import { clientMetricsSettings } from './client-metrics-settings.ts'
import { clientQuotaSettings } from './client-quota-settings.ts'
import { groupOverrideSettings } from './group-override-settings.ts'
import { defaultSettings } from './read-settings.ts'
import { type Setting, type Settings, rowOf } from './setting.ts'
import { topicSettings } from './topic-settings.ts'

const tables = {
  brokerSettings,
  dynamicOnlySettings,
  topicSettings,
  groupOverrideSettings,
  clientMetricsSettings,
  clientQuotaSettings,
  producerSettings,
  consumerSettings,
  adminSettings,
}

/** Fails to compile unless both types are the same. */
type Same<Left, Right> =
  (<T>() => T extends Left ? 1 : 2) extends <T>() => T extends Right ? 1 : 2 ? true : false

test('types follow from the rows', () => {
  type Topic = Settings<typeof topicSettings>
  type Broker = Settings<typeof brokerSettings>
  const proofs: [
    Same<Topic['segment.bytes'], number>,
    Same<Topic['internal.segment.bytes'], number | null>,
    Same<Topic['cleanup.policy'], readonly string[]>,
    Same<Topic['message.timestamp.type'], 'CreateTime' | 'LogAppendTime'>,
    Same<Topic['preallocate'], boolean>,
    Same<Broker['log.dirs'], readonly string[] | null>,
    Same<Broker['broker.rack'], string | null>,
    Same<Broker['ssl.key.password'], string | null>,
  ] = [true, true, true, true, true, true, true, true]
  assert.equal(proofs.length, 8)
  // @ts-expect-error A name that is in no table does not compile.
  assert.equal(defaultSettings(topicSettings)['retention.milliseconds'], undefined)
  assert.equal(defaultSettings(topicSettings)['retention.ms'], 604_800_000)
})

test('every row says what it means in full sentences, and why it has no effect if so', () => {
  for (const [name, table] of Object.entries(tables)) {
    for (const [key, row] of Object.entries<Setting>(table)) {
      assert.match(row.doc, /^[A-Z0-9`].*\.$/s, `${name} ${key}`)
      assert.equal(row.reason !== undefined, row.use === 'accepted', `${name} ${key}`)
      if (row.reason !== undefined) assert.match(row.reason, /\.$/, `${name} ${key}`)
    }
  }
})

test('a broker setting stands in one theme only', () => {
  const names = Object.values(brokerThemes).flatMap((theme) => Object.keys(theme))
  assert.equal(new Set(names).size, names.length)
  assert.deepEqual(names.sort(), Object.keys(brokerSettings).sort())
})

test('synonyms exist and have, in their unit, the default of the topic setting', () => {
  for (const [key, row] of Object.entries<Setting>(topicSettings)) {
    const fallback = row.broker.at(-1)
    if (fallback === undefined) continue
    for (const synonym of row.broker) assert(rowOf(brokerSettings, synonym.key), synonym.key)
    const { default: value } = rowOf(brokerSettings, fallback.key) ?? row
    const scaled = typeof value === 'number' && value > 0 ? value * fallback.factor : value
    assert.deepEqual(scaled, row.default, key)
  }
})

test('no two broker settings have one name in the environment', () => {
  const names = Object.keys(brokerSettings).map((key) =>
    key.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_'),
  )
  assert.equal(new Set(names).size, names.length)
})
