// What people write for brokers, right and wrong.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressText, parseAddresses } from './address.ts'

test('addresses come one by one, in lists, with names and in IPv6', () => {
  const addresses = parseAddresses(['localhost:9092', 'a.example:1, [::1]:19092'])
  assert.deepEqual(addresses.map(addressText), ['localhost:9092', 'a.example:1', '[::1]:19092'])
  assert.equal(addresses[2]?.host, '::1')
})

test('all addresses that make no sense are named at once', () => {
  const wrong = ['localhost', 'a:b', 'b:70000', 'c:0', 'http://d:1']
  assert.throws(
    () => parseAddresses(wrong),
    (error: Error) => {
      assert.equal(error.name, 'SettingsError')
      for (const text of wrong) assert.ok(error.message.includes(text), error.message)
      return true
    },
  )
  assert.throws(() => parseAddresses([]), /no broker/)
})
