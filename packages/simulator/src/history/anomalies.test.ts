// For every anomaly a history that shows it, and one that nearly does: the checker finds the first and lets the second
// pass.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anomalies, type AnomalyName } from './anomaly.ts'
import { type CheckOptions, checkHistory } from './check-history.ts'
import { type Action, formatEvent, parseHistory } from './history.ts'
import { outcomeOf } from './outcomes.ts'
import { poll, polls, send, sends, Telling, txn } from './testing/telling.ts'

interface Pair {
  readonly shows: Telling
  readonly nearly: Telling
  readonly options?: CheckOptions
}

const told = (): Telling => new Telling()
const final = { final: true }
const assign: Action = { f: 'assign', value: ['a', 'b'] }
const subscribe: Action = { f: 'subscribe', value: ['a', 'b'] }
const commit = (offset: number): Action => ({
  f: 'commit',
  value: { group: 'g', offsets: { a: offset } },
})
const committed = (offset: number): Action => ({ ...commit(offset), f: 'committed' }) as Action
const marks = (stable: number, high: number, end: number, leaderEpoch = 1): Action => ({
  f: 'watermarks',
  value: {
    key: 'a',
    leaderEpoch,
    lastStableOffset: stable,
    highWatermark: high,
    logEndOffset: end,
  },
})
const pipeline = {
  isInput: (key: string): boolean => key === 'in',
  isOutput: (key: string): boolean => key === 'out',
  sourceOf: (output: number): number => output - 100,
}
/** Three records of a, written by process 0. */
const three = (): Telling =>
  told().does(0, send('a 1@0')).does(0, send('a 2@1')).does(0, send('a 3@2'))

const pairs: Readonly<Partial<Record<AnomalyName, Pair>>> = {
  'inconsistent-offsets': {
    shows: told().does(0, send('a 1@0')).does(1, send('a 2@0')).does(2, poll('a 1@0')),
    // Nobody knows whether the second write happened, nor where.
    nearly: told().does(0, send('a 1@0')).does(1, send('a 2@0'), 'info').does(2, poll('a 1@0')),
  },
  duplicate: {
    shows: told().does(0, send('a 1@0')).does(1, poll('a 1@0', 'a 1@1')),
    // The same value of two keys is two records.
    nearly: told().does(0, send('a 1@0')).does(0, send('b 1@1')).does(1, poll('a 1@0', 'b 1@1')),
  },
  'lost-write': {
    shows: three().does(1, poll('a 1@0', 'a 3@2')),
    // Not passed over yet: the reader has not come so far.
    nearly: three().does(1, poll('a 1@0', 'a 2@1')),
  },
  unseen: {
    shows: told().does(0, send('a 1@0', 'a 2@1')).does(1, poll('a 1@0'), 'ok', final),
    // The write was not acknowledged, or the reading was not the last.
    nearly: told()
      .does(0, send('a 1@0'))
      .does(0, send('a 2'), 'info')
      .does(1, poll('a 1@0'), 'ok', final),
  },
  'aborted-read': {
    shows: told()
      .does(0, txn(sends('a 1')), 'fail')
      .does(1, poll('a 1@0')),
    nearly: told()
      .does(0, txn(sends('a 1')), 'info')
      .does(1, poll('a 1@0')),
  },
  'precommitted-read': {
    shows: told().does(0, txn(sends('a 1'), polls('a 1@0'))),
    nearly: told()
      .does(0, txn(sends('a 1')))
      .does(0, txn(polls('a 1@0'))),
  },
  'torn-transaction': {
    shows: told()
      .does(0, txn(sends('a 1', 'b 2')), 'info')
      .does(1, { f: 'poll', value: [['poll', { a: [[0, 1]], b: [] }]] }, 'ok', final),
    // b has not been read to its end.
    nearly: told()
      .does(0, txn(sends('a 1', 'b 2')), 'info')
      .does(1, poll('a 1@0'), 'ok', final),
  },
  'int-poll-skip': {
    shows: three()
      .does(2, poll('a 2@1'))
      .does(1, txn(polls('a 1@0'), polls('a 3@2'))),
    // The key was taken away and came back meanwhile.
    nearly: three()
      .does(2, poll('a 2@1'))
      .does(1, txn(polls('a 1@0'), polls('a 3@2')), 'ok', { rebalance: ['a'] }),
  },
  'int-nonmonotonic-poll': {
    shows: three().does(1, txn(polls('a 1@0', 'a 2@1'), polls('a 2@1'))),
    nearly: three().does(1, txn(polls('a 1@0', 'a 2@1'), polls('a 3@2'))),
  },
  'poll-skip': {
    shows: three()
      .does(2, poll('a 2@1'))
      .does(1, assign)
      .does(1, poll('a 1@0'))
      .does(1, poll('a 3@2')),
    // Offset 1 holds a marker: no record is between.
    nearly: told()
      .does(0, send('a 1@0'))
      .does(0, send('a 3@2'))
      .does(1, assign)
      .does(1, poll('a 1@0'))
      .does(1, poll('a 3@2')),
  },
  'nonmonotonic-poll': {
    shows: three().does(1, assign).does(1, poll('a 1@0', 'a 2@1')).does(1, poll('a 2@1', 'a 3@2')),
    // It gave the key away and took it again.
    nearly: three()
      .does(1, assign)
      .does(1, poll('a 1@0', 'a 2@1'))
      .does(1, { f: 'assign', value: ['b'] })
      .does(1, assign)
      .does(1, poll('a 2@1', 'a 3@2')),
  },
  'group-poll-skip': {
    shows: three()
      .does(2, poll('a 2@1'))
      .does(1, subscribe)
      .does(1, poll('a 1@0'))
      .does(1, poll('a 3@2')),
    nearly: three().does(1, subscribe).does(1, poll('a 1@0')).does(1, poll('a 2@1', 'a 3@2')),
  },
  'group-nonmonotonic-poll': {
    shows: three().does(1, subscribe).does(1, poll('a 1@0')).does(1, poll('a 1@0', 'a 2@1')),
    nearly: three().does(1, subscribe).does(1, poll('a 1@0')).does(2, poll('a 1@0', 'a 2@1')),
  },
  'int-nonmonotonic-send': {
    shows: told().does(0, txn(sends('a 1@1', 'a 2@0'))),
    nearly: told().does(0, txn(sends('a 1@0', 'b 9@0', 'a 2@1'))),
  },
  'nonmonotonic-send': {
    shows: told().does(0, send('a 1@1')).does(0, send('a 2@0')),
    nearly: told().does(0, send('a 1@1')).does(1, send('a 2@0')),
  },
  'int-send-skip': {
    shows: told()
      .does(0, txn(sends('a 1@0', 'a 2@2')))
      .does(1, send('a 3@1')),
    nearly: told().does(0, txn(sends('a 1@0', 'a 2@2'))),
  },
  'write-cycle': {
    shows: told()
      .does(0, txn(sends('a 1@0', 'b 2@1')))
      .does(1, txn(sends('a 3@1', 'b 4@0'))),
    nearly: told()
      .does(0, txn(sends('a 1@0', 'b 2@0')))
      .does(1, txn(sends('a 3@1', 'b 4@1'))),
  },
  'write-cycle-process': {
    shows: told()
      .does(0, txn(sends('a 1@1')))
      .does(0, txn(sends('b 2@0')))
      .does(1, txn(sends('b 3@1')))
      .does(1, txn(sends('a 4@0'))),
    nearly: told()
      .does(0, txn(sends('a 1@1')))
      .does(0, txn(sends('b 2@0')))
      .does(1, txn(sends('b 3@1')))
      .does(2, txn(sends('c 4@0'))),
  },
  'write-cycle-realtime': {
    shows: told().does(0, send('a 1@1')).does(1, send('a 2@0')),
    // They overlapped.
    nearly: told().begins(0, send('a 1')).does(1, send('a 2@0')).ends(0, 'ok', send('a 1@1')),
  },
  'read-cycle': {
    shows: told()
      .begins(0, txn(sends('a 1')))
      .begins(1, txn(sends('b 2')))
      .ends(0, 'ok', txn(sends('a 1@0'), polls('b 2@0')))
      .ends(1, 'ok', txn(sends('b 2@0'), polls('a 1@0'))),
    // The second one read what the first had written, and not the other way round.
    nearly: told()
      .does(0, txn(sends('a 1@0')))
      .does(1, txn(sends('b 2@0'), polls('a 1@0'))),
  },
  'read-cycle-process': {
    shows: told()
      .begins(1, txn([]))
      .does(0, txn(polls('a 1@0')))
      .does(0, txn(sends('b 2@0')))
      .ends(1, 'ok', txn(sends('a 1@0'), polls('b 2@0'))),
    nearly: told()
      .begins(1, txn([]))
      .does(0, txn(sends('b 2@0')))
      .does(0, txn(polls('a 1@0')))
      .ends(1, 'ok', txn(sends('a 1@0'), polls('b 2@0'))),
  },
  'read-cycle-realtime': {
    shows: told().does(0, poll('a 1@0')).does(1, send('a 1@0')),
    // The write was under way when it was read.
    nearly: told().begins(1, send('a 1')).does(0, poll('a 1@0')).ends(1, 'ok', send('a 1@0')),
  },
  'dependency-cycle': {
    shows: told()
      .begins(0, txn([]))
      .does(1, txn(sends('a 2@1', 'b 3@0')))
      .ends(0, 'ok', txn(sends('a 1@0'), polls('b 3@0'))),
    nearly: told()
      .begins(0, txn([]))
      .does(1, txn(sends('a 2@0', 'b 3@0')))
      .ends(0, 'ok', txn(sends('a 1@1'), polls('b 3@0'))),
  },
  'dependency-cycle-process': {
    shows: told()
      .begins(0, txn([]))
      .does(1, txn(sends('a 2@1')))
      .does(1, txn(sends('b 3@0')))
      .ends(0, 'ok', txn(sends('a 1@0'), polls('b 3@0'))),
    nearly: told()
      .begins(0, txn([]))
      .does(1, txn(sends('a 2@0')))
      .does(1, txn(sends('b 3@0')))
      .ends(0, 'ok', txn(sends('a 1@1'), polls('b 3@0'))),
  },
  'dependency-cycle-realtime': {
    shows: told()
      .begins(0, txn([]))
      .does(1, txn(sends('a 2@1')))
      .does(2, txn(sends('b 3@0')))
      .ends(0, 'ok', txn(sends('a 1@0'), polls('b 3@0'))),
    nearly: told()
      .begins(0, txn([]))
      .begins(2, txn([]))
      .does(1, txn(sends('a 2@1')))
      .ends(2, 'ok', txn(sends('b 3@0')))
      .ends(0, 'ok', txn(sends('a 1@0'), polls('b 3@0'))),
  },
  'altered-record': {
    shows: told().does(0, send('a 1@0#abc')).does(1, poll('a 1@0#abd')),
    nearly: told().does(0, send('a 1@0#abc')).does(1, poll('a 1@0#abc')),
  },
  'invented-record': {
    shows: told().does(0, send('a 1@0')).does(1, poll('a 2@1')),
    nearly: told().does(0, send('a 1')).does(1, poll('a 1@1')),
  },
  'commit-beyond-processed': {
    shows: three().does(1, poll('a 1@0', 'a 2@1')).does(1, commit(3)),
    nearly: three().does(1, poll('a 1@0', 'a 2@1')).does(1, commit(2)),
  },
  'lost-commit': {
    shows: three()
      .does(1, poll('a 1@0', 'a 2@1'))
      .does(1, commit(1))
      .does(1, commit(2))
      .does(2, committed(1)),
    // The second commit was under way.
    nearly: three()
      .does(1, poll('a 1@0', 'a 2@1'))
      .does(1, commit(1))
      .begins(1, commit(2))
      .does(2, committed(1))
      .ends(1, 'ok', commit(2)),
  },
  'watermarks-disorder': {
    shows: told().does(0, marks(5, 4, 6)),
    nearly: told().does(0, marks(4, 4, 4)),
  },
  'watermarks-fall': {
    shows: told()
      .does(0, marks(4, 5, 6))
      .does(0, marks(3, 5, 6)),
    // Another leader may be behind.
    nearly: told()
      .does(0, marks(4, 5, 6))
      .does(0, marks(3, 4, 6, 2)),
  },
  'not-processed': {
    shows: told()
      .does(0, send('in 1@0'))
      .does(0, send('in 2@1'))
      .does(1, txn(sends('out 101@0')))
      .does(2, poll('out 101@0')),
    nearly: told()
      .does(0, send('in 1@0'))
      .does(1, txn(sends('out 101@0')))
      .does(2, poll('out 101@0')),
    options: { pipeline },
  },
  'processed-twice': {
    shows: told()
      .does(0, send('in 1@0'))
      .does(1, txn(sends('out 101@0')))
      .does(1, txn(sends('out 101@2')))
      .does(2, poll('out 101@0', 'out 101@2')),
    // The second attempt was aborted, and nobody saw it.
    nearly: told()
      .does(0, send('in 1@0'))
      .does(1, txn(sends('out 101@0')))
      .does(1, txn(sends('out 101')), 'fail')
      .does(2, poll('out 101@0')),
    options: { pipeline },
  },
  'processed-nothing': {
    shows: told()
      .does(1, txn(sends('out 101@0')))
      .does(2, poll('out 101@0')),
    nearly: told()
      .does(0, send('in 1@0'))
      .does(1, txn(sends('out 101@0')))
      .does(2, poll('out 101@0')),
    options: { pipeline },
  },
}

function found({ events }: Telling, options: CheckOptions = {}): AnomalyName[] {
  const text = events.map(formatEvent).join('')
  const { violations, remarks, isValid } = checkHistory(parseHistory(text), options)
  assert.equal(isValid, violations.length === 0)
  for (const { name } of violations) assert.ok(anomalies[name])
  return [...violations, ...remarks].map(({ name }) => name)
}

for (const name of Object.keys(anomalies) as AnomalyName[]) {
  test(`${name} is found where it is, and nothing where it nearly is.`, () => {
    const pair = pairs[name]
    assert.ok(pair !== undefined, 'every anomaly has its histories')
    assert.ok(found(pair.shows, pair.options).includes(name), `not found: ${name}`)
    assert.ok(!found(pair.nearly, pair.options).includes(name), `wrongly found: ${name}`)
  })
}

test('An untroubled run has no anomaly at all, and says how much it judged.', () => {
  const history = told()
    .does(1, subscribe)
    .does(0, txn(sends('a 1@0', 'b 1@0')))
    .does(0, txn(sends('a 2')), 'fail')
    .does(1, poll('a 1@0', 'b 1@0'))
    .does(0, txn(sends('a 3@4')))
    .does(1, poll('a 3@4'))
    .does(1, commit(5))
    .does(2, poll('a 1@0', 'a 3@4', 'b 1@0'), 'ok', final)
  const report = checkHistory(history.events)
  assert.deepEqual([...report.violations, ...report.remarks], [])
  assert.deepEqual([report.operationCount, report.readCount], [8, 3])
  assert.deepEqual(
    report.unseen.map(({ unseen }) => unseen),
    [0, 0, 0],
  )
})

test('A history that cannot be one is refused.', () => {
  assert.throws(() => parseHistory('{"i":0}'), SyntaxError)
  assert.throws(() => checkHistory(told().begins(0, assign).begins(0, assign).events), SyntaxError)
  assert.throws(() => checkHistory(told().ends(0, 'ok', assign).events), SyntaxError)
})

test('Errors that leave it open whether something happened are info, the others fail.', () => {
  assert.equal(outcomeOf(undefined), 'info')
  assert.equal(outcomeOf('NOT_ENOUGH_REPLICAS_AFTER_APPEND'), 'info')
  assert.equal(outcomeOf('NOT_ENOUGH_REPLICAS'), 'fail')
  assert.equal(outcomeOf('CONCURRENT_TRANSACTIONS', true), 'info')
  assert.equal(outcomeOf('CONCURRENT_TRANSACTIONS'), 'fail')
})
