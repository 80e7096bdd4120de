/** What tools that describe configs rely on: the answers of Apache Kafka, layer by layer. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  type BrokerLayers,
  type DescribedSetting,
  describeBroker,
  describeClusterWide,
  describeGroup,
  describeTopic,
  noDynamicSettings,
} from './describe.ts'
import { resolveBrokerSettings } from './resolve-broker.ts'

/** What the recorded Apache Kafka 4.2 broker was started with and told afterwards. */
function recordedLayers(): BrokerLayers {
  const content = readFileSync(new URL('testdata/kafka-4.2-server.properties', import.meta.url))
  return {
    broker: resolveBrokerSettings({ file: { name: 'server.properties', content } }),
    clusterWide: {
      'log.retention.ms': '7000',
      'message.max.bytes': '2000000',
      'min.insync.replicas': '1',
    },
    perBroker: { 'log.cleaner.threads': '2', 'message.max.bytes': '3000000' },
  }
}

const recordedTopic = {
  'retention.ms': '5000',
  'cleanup.policy': 'compact,delete',
  'min.cleanable.dirty.ratio': '1',
}

function lineOf(setting: DescribedSetting): string {
  const synonyms = setting.synonyms.map(({ name, value, source }) => `${name}=${value}@${source};`)
  return [
    setting.name,
    setting.value ?? 'null',
    setting.configSource,
    setting.readOnly ? 'R' : '-',
    setting.isSensitive ? 'S' : '-',
    setting.configType,
    synonyms.join(''),
  ].join('\t')
}

// Where we are told apart from the recording on purpose: Kafka shows the default of
// log.retention.hours once log.retention.ms was changed, and takes a listener's password for fixed.
const different = new Set(['log.retention.hours', 'listener.name.plaintext.ssl.keystore.password'])

test('every setting is described as Apache Kafka 4.2 describes it', () => {
  const layers = recordedLayers()
  const ours = new Set([
    ...describeBroker(layers).map((setting) => `broker\t${lineOf(setting)}`),
    ...describeTopic(layers, recordedTopic).map((setting) => `topic\t${lineOf(setting)}`),
  ])
  const recording = new URL('testdata/kafka-4.2-describe.tsv', import.meta.url)
  const lines = readFileSync(recording, 'utf8').trimEnd().split('\n')
  const missing = lines.filter((line) => !ours.has(line))
  const names = missing.map((line) => line.split('\t')[1])
  assert.deepEqual(new Set(names), different, missing.join('\n'))
  assert(lines.length > 300)
})

function only(settings: readonly DescribedSetting[]): DescribedSetting {
  const [setting, ...more] = settings
  assert(setting !== undefined && more.length === 0)
  return setting
}

test("a topic's segment.bytes shows the broker setting behind it", () => {
  const layers = { broker: resolveBrokerSettings({}), ...noDynamicSettings }
  const { value, configSource, synonyms, configType, documentation } = only(
    describeTopic(layers, {}, ['segment.bytes']),
  )
  assert.equal(value, '1073741824')
  assert.equal(configSource, 5)
  assert.equal(configType, 3)
  assert.match(documentation ?? '', /^Size at which/)
  assert.deepEqual(synonyms, [{ name: 'log.segment.bytes', value: '1073741824', source: 5 }])
})

test('every layer shows as a synonym, the strongest first', () => {
  const layers = {
    broker: resolveBrokerSettings({ set: ['log.cleaner.min.compaction.lag.ms=1'] }),
    clusterWide: { 'log.cleaner.min.compaction.lag.ms': '2' },
    perBroker: { 'log.cleaner.min.compaction.lag.ms': '3' },
  }
  const overrides = { 'min.compaction.lag.ms': '4' }
  const described = only(describeTopic(layers, overrides, ['min.compaction.lag.ms']))
  assert.deepEqual(
    described.synonyms.map(({ value, source }) => [value, source]),
    [
      ['4', 1],
      ['3', 2],
      ['2', 3],
      ['1', 4],
      ['0', 5],
    ],
  )
  const [inherited] = describeTopic(layers, {}, ['min.compaction.lag.ms'])
  assert.deepEqual([inherited?.value, inherited?.configSource], ['3', 2])
})

test('secrets and unknown names show no value in any place', () => {
  const broker = resolveBrokerSettings({
    file: { name: 'f', content: 'ssl.key.password=hush\nmy.secret=hush' },
    set: ['listener.name.inside.plain.sasl.jaas.config=hush'],
  })
  const layers = {
    broker,
    clusterWide: { 'their.secret': 'hush' },
    perBroker: { 'listener.name.inside.ssl.key.password': 'hush' },
  }
  const everything = [...describeBroker(layers), ...describeClusterWide(layers.clusterWide)]
  assert(!JSON.stringify(everything).includes('hush'))
  const mine = everything.find(({ name }) => name === 'my.secret')
  assert.deepEqual([mine?.isSensitive, mine?.configType, mine?.configSource], [true, 0, 4])
})

test('only what was asked for is described, in order of names', () => {
  const layers = { broker: resolveBrokerSettings({}), ...noDynamicSettings }
  const names = (keys: string[] | null): string[] => {
    return describeTopic(layers, {}, keys).map(({ name }) => name)
  }
  assert.deepEqual(names(['segment.ms', 'retention.ms', 'none']), ['retention.ms', 'segment.ms'])
  assert(!names(null).includes('internal.segment.bytes'))
  assert.deepEqual(names(null), [...names(null)].sort())
})

test("a group's settings come from the broker unless it has its own", () => {
  const broker = resolveBrokerSettings({ set: ['group.consumer.session.timeout.ms=50000'] })
  const layers = { broker, ...noDynamicSettings }
  const key = 'consumer.session.timeout.ms'
  const inherited = only(describeGroup(layers, {}, [key]))
  assert.deepEqual([inherited.value, inherited.configSource], ['50000', 4])
  const own = only(describeGroup(layers, { [key]: '46000' }, [key]))
  assert.deepEqual([own.value, own.configSource], ['46000', 8])
})
