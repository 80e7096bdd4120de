// The judge of group histories finds each thing that it is for, and nothing in a history that is well.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GroupEvent } from './offsets-topic.ts'
import { faultsOf } from './verdict.ts'

const rules = { commitsMayGoBack: false, quiet: [{ fromMs: 100, toMs: 200 }], given: [] }
const at = { group: 'readers', batch: 0, timestamp: 50 }

function generation(number: number, members: Record<string, number[]>, timestamp = 50): GroupEvent {
  const byMember = new Map(Object.entries(members))
  return { ...at, timestamp, kind: 'generation', generation: number, members: byMember }
}

function commit(partition: number, offset: number): GroupEvent {
  return { ...at, kind: 'commit', partition, offset }
}

function holds(member: string, held: number[] | undefined, batch: number): GroupEvent {
  return { ...at, batch, kind: 'member', member, held }
}

test('a history that is well has no faults', () => {
  const events = [
    generation(1, { a: [0, 1] }),
    commit(0, 5),
    generation(2, { a: [0], b: [1] }),
    commit(0, 5),
    commit(0, 9),
  ]
  assert.deepEqual(faultsOf(events, rules), [])
  const given = [{ member: 'b', generation: 2, assigned: [1] }]
  assert.deepEqual(faultsOf(events, { ...rules, given }), [])
})

test('two owners of a partition are seen in both kinds of groups', () => {
  assert.match(faultsOf([generation(1, { a: [0], b: [0] })], rules).join(), /0 has two owners/)
  const events = [holds('a', [0, 1], 0), holds('b', [1], 1)]
  assert.match(faultsOf(events, rules).join(), /1 has two owners/)
})

test('partitions that change hands within a batch, or after a member has gone, have one owner', () => {
  const together = [holds('a', [0, 1], 0), holds('b', [1], 1), holds('a', [0], 1)]
  assert.deepEqual(faultsOf(together, rules), [])
  const after = [holds('a', [0], 0), holds('a', undefined, 1), holds('b', [0], 2)]
  assert.deepEqual(faultsOf(after, rules), [])
})

test('a generation or a commit that goes back is seen', () => {
  assert.match(
    faultsOf([generation(2, {}), generation(1, {})], rules).join(),
    /2 was followed by 1/,
  )
  const back = [commit(0, 9), commit(0, 5)]
  assert.match(faultsOf(back, rules).join(), /commit 9, then 5/)
  assert.deepEqual(faultsOf(back, { ...rules, commitsMayGoBack: true }), [])
})

test('a rebalance in the calm is seen, writing the same generation again is none', () => {
  const events = [generation(1, { a: [0] }), generation(2, { a: [0] }, 150)]
  assert.match(faultsOf(events, rules).join(), /2 that nobody caused, 50 ms into the calm/)
  const again = [generation(1, { a: [0] }), generation(1, { b: [0] }, 150)]
  assert.deepEqual(faultsOf(again, rules), [])
})

test('a member that was told something else than what was written is seen', () => {
  const given = [{ member: 'a', generation: 1, assigned: [1] }]
  const faults = faultsOf([generation(1, { a: [0] })], { ...rules, given })
  assert.match(faults.join(), /a was given \[1\] in 1/)
})
