/** What values look like as text, in both directions, as in Kafka. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brokerSettings } from './broker/broker-settings.ts'
import { LONG_MAX, double, int, list, long, oneOf, short, string } from './setting.ts'
import { topicSettings } from './topic-settings.ts'
import { formatValue, parseValue } from './value.ts'

function messageOf(parsed: ReturnType<typeof parseValue>): string {
  assert(!parsed.ok)
  return parsed.message
}

// What Apache Kafka 4.2 says of the same values.
const kafkaMessages: readonly [keyof typeof topicSettings, string, string][] = [
  [
    'retention.ms',
    '-5',
    'Invalid value -5 for configuration retention.ms: Value must be at least -1',
  ],
  [
    'retention.ms',
    'abc',
    'Invalid value abc for configuration retention.ms: Not a number of type LONG',
  ],
  ['retention.ms', '', 'Invalid value  for configuration retention.ms: Not a number of type LONG'],
  [
    'segment.bytes',
    '3000000000',
    'Invalid value 3000000000 for configuration segment.bytes: Not a number of type INT',
  ],
  [
    'preallocate',
    'yes',
    'Invalid value yes for configuration preallocate: Expected value to be either true or false',
  ],
  [
    'cleanup.policy',
    'delete,foo',
    'Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete',
  ],
  ['cleanup.policy', 'delete,', "Configuration 'cleanup.policy' values must not be empty."],
  [
    'compression.gzip.level',
    '0',
    'Invalid value 0 for configuration compression.gzip.level: ' +
      'Value must be between 1 and 9 or equal to -1',
  ],
  [
    'min.cleanable.dirty.ratio',
    '1.5',
    'Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1',
  ],
  [
    'leader.replication.throttled.replicas',
    'abc',
    'Invalid value [abc] for configuration leader.replication.throttled.replicas: ' +
      "leader.replication.throttled.replicas must be the literal '*' or a list of replicas in " +
      'the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...',
  ],
  [
    'segment.ms',
    '9223372036854775808',
    'Invalid value 9223372036854775808 for configuration segment.ms: Not a number of type LONG',
  ],
]

for (const [key, text, message] of kafkaMessages) {
  test(`${key}=${text} is refused in Kafka's words`, () => {
    assert.equal(messageOf(parseValue(topicSettings[key], key, text)), message)
  })
}

test('values are trimmed and take the forms Java takes', () => {
  const doc = 'Test.'
  assert.deepEqual(parseValue(long(0, { doc }), 'k', ' +7 '), { ok: true, value: 7 })
  assert.deepEqual(parseValue(double(0, { doc }), 'k', '.5f'), { ok: true, value: 0.5 })
  assert.deepEqual(parseValue(double(0, { doc }), 'k', '1e3'), { ok: true, value: 1000 })
  assert.deepEqual(parseValue(list([], { doc }), 'k', ' a , b '), { ok: true, value: ['a', 'b'] })
  assert.deepEqual(parseValue(list(['x'], { doc }), 'k', ''), { ok: true, value: [] })
  const choice = oneOf('classic', ['classic', 'consumer'], { anyCase: true, doc })
  assert.deepEqual(parseValue(choice, 'k', 'CONSUMER'), { ok: true, value: 'consumer' })
  for (const text of ['0x10', '1_000', '1.0', '1e3', '']) {
    assert.equal(parseValue(int(0, { doc }), 'k', text).ok, false, text)
  }
  assert.equal(parseValue(short(0, { doc }), 'k', '32768').ok, false)
  assert.equal(parseValue(string('x', { doc, nonEmpty: true }), 'k', ' ').ok, false)
})

test('numbers are written as Java writes them', () => {
  const row = double(0, { doc: 'Test.' })
  const written = [0, 1, 0.5, 1e7, 12_345_678, 0.001, 1e-4, 123_456.789, Number.MAX_VALUE, -2]
  assert.deepEqual(
    written.map((value) => formatValue(row, value)),
    [
      '0.0',
      '1.0',
      '0.5',
      '1.0E7',
      '1.2345678E7',
      '0.001',
      '1.0E-4',
      '123456.789',
      '1.7976931348623157E308',
      '-2.0',
    ],
  )
  assert.equal(formatValue(long(0, { doc: 'Test.' }), LONG_MAX), '9223372036854775807')
})

test('every default is a value its own row takes, and survives being written and read', () => {
  for (const [key, row] of [...Object.entries(brokerSettings), ...Object.entries(topicSettings)]) {
    const text = formatValue(row, row.default)
    if (text === null || !row.hasDefault) continue
    assert.deepEqual(parseValue(row, key, text), { ok: true, value: row.default }, key)
  }
})
