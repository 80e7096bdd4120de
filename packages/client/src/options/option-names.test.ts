// Options are settings by another name.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { producerSettings } from '@samsa/settings'
import { readOptions } from './option-names.ts'

const keys = ['linger.ms', 'batch.size', 'acks'] as const
const read = (options: Readonly<Record<string, unknown>>) =>
  readOptions(producerSettings, keys, options, 'producer')

test('what is not said has the default of Kafka', () => {
  const settings = read({ lingerMs: 7, batchSize: undefined })
  assert.deepEqual(settings, { 'linger.ms': 7, 'batch.size': 16_384, acks: 'all' })
})

test('every problem is told at once', () => {
  assert.throws(
    () => read({ lingerMs: -1, batchSize: 'x', lingerMS: 5 }),
    (error: Error) => {
      assert.equal(error.name, 'SettingsError')
      assert.match(error.message, /linger\.ms/)
      assert.match(error.message, /batch\.size/)
      assert.match(error.message, /linger\.m\.s/)
      return true
    },
  )
})
