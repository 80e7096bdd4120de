// The fuzzer finds what it looks for, and finds nothing in our decoders in a short run with a
// fixed seed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ProtocolError } from '@samsa/protocol'
import { batchTargets } from './batch-targets.ts'
import { fuzzTargets } from './decoders.ts'
import { messageTargets } from './message-targets.ts'

test('a decoder that crashes on some bytes is found', () => {
  const run = (bytes: Buffer): void => {
    if (bytes[2] === 0xff) throw new TypeError('crash')
    throw new ProtocolError('refused')
  }
  const { failures } = fuzzTargets([{ name: 'weak', seeds: [Buffer.alloc(8)], run }], {
    seconds: 5,
    seed: 1,
  })
  assert.match(failures[0] ?? '', /weak: throws TypeError: crash/)
})

test('messages and batches survive a second of damage', () => {
  const targets = [...messageTargets(), ...batchTargets()]
  const { inputs, taken, failures } = fuzzTargets(targets, { seconds: 1.5, seed: 20261123 })
  assert.deepEqual(failures, [])
  assert.ok(inputs > 500, `${inputs} inputs`)
  assert.ok(taken > 20, `${taken} taken`)
})
