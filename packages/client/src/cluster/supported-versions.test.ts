// Both sides know a version, or say why not.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fetch, InitProducerId, OffsetDelete } from '@samsa/protocol'
import { chooseVersion } from './supported-versions.ts'

const broker21 = new Map([
  [Fetch.key, { minVersion: 0, maxVersion: 10 }],
  [InitProducerId.key, { minVersion: 0, maxVersion: 60 }],
])

test('the highest version that both know is spoken', () => {
  assert.equal(chooseVersion(Fetch, broker21, 'b'), 10)
  assert.equal(chooseVersion(Fetch, broker21, 'b', 4), 4)
})

test('a version that may still change is not spoken', () => {
  const [, last] = InitProducerId.versions
  assert.equal(chooseVersion(InitProducerId, broker21, 'b'), last - 1)
})

test('the error names the broker, the API and what both sides know', () => {
  const future = new Map([[Fetch.key, { minVersion: 90, maxVersion: 99 }]])
  assert.throws(() => chooseVersion(Fetch, future, 'kafka:9092'), {
    name: 'UNSUPPORTED_VERSION',
    message: `kafka:9092 serves Fetch 90 to 99, this client speaks 0 to ${Fetch.versions[1]}.`,
  })
  assert.throws(() => chooseVersion(OffsetDelete, future, 'b'), /does not serve OffsetDelete/)
})
