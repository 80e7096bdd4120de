/** What a person who mistypes a name is told. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearestKey } from './nearest-key.ts'
import { readSettings } from './read-settings.ts'
import { producerSettings } from './client/producer-settings.ts'

const known = ['log.retention.ms', 'log.retention.hours', 'num.partitions', 'acks']

test('a slip of the finger finds the name that was meant', () => {
  assert.equal(nearestKey('log.retnetion.ms', known), 'log.retention.ms')
  assert.equal(nearestKey('Log.Retention.Hour', known), 'log.retention.hours')
  assert.equal(nearestKey('ack', known), 'acks')
})

test('something else altogether finds nothing', () => {
  assert.equal(nearestKey('my.plugin.speed', known), undefined)
  assert.equal(nearestKey('x', known), undefined)
  assert.equal(nearestKey('', known), undefined)
})

test("a client's properties are read against its own table", () => {
  const texts = { acks: '0', 'linger.ms': '-1', 'group.id': 'g', 'batch.sizes': '1' }
  const { settings, problems } = readSettings(producerSettings, texts, 'producer.properties')
  assert.equal(settings.acks, '0')
  assert.equal(settings['linger.ms'], 5)
  assert.deepEqual(
    problems.map(({ key, nearest }) => [key, nearest]),
    [
      ['linger.ms', undefined],
      ['group.id', undefined],
      ['batch.sizes', 'batch.size'],
    ],
  )
})
