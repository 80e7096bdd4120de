// What a transaction may become, and what it may not.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { after, type TransactionEvent, type TransactionState } from './transaction-state.ts'

const start: TransactionState = { kind: 'unknown' }

function tell(...events: (TransactionEvent | 'initialized' | 'begun' | 'ended' | 'uncertain')[]) {
  return events.reduce<TransactionState>((state, event) => {
    return after(state, typeof event === 'string' ? { kind: event } : event)
  }, start)
}

const commit: TransactionEvent = { kind: 'ending', isCommit: true }
const abort: TransactionEvent = { kind: 'ending', isCommit: false }
const failed = (error: string): TransactionEvent => ({ kind: 'failed', error })

test('one transaction follows the other', () => {
  assert.deepEqual(tell('initialized', 'begun', commit, 'ended'), { kind: 'ready' })
  assert.deepEqual(tell('initialized', 'begun', commit, 'ended', 'begun'), { kind: 'open' })
  assert.throws(() => tell('initialized', 'begun', 'begun'), /the one before is over/)
})

test('what has failed can only be aborted, and the first failure is the one that is told', () => {
  const broken = tell('initialized', 'begun', failed('first'), failed('second'))
  assert.deepEqual(broken, { kind: 'failed', error: 'first' })
  assert.throws(() => after(broken, commit), /what is whole/)
  assert.deepEqual(after(after(broken, abort), { kind: 'ended' }), { kind: 'ready' })
})

test('a failure while a commit waits for its records turns it into an abort', () => {
  const state = tell('initialized', 'begun', commit, failed('late'))
  assert.deepEqual(state, { kind: 'ending', isCommit: true, error: 'late' })
  assert.deepEqual(after(state, abort), { kind: 'ending', isCommit: false, error: 'late' })
})

test('a failure outside of a transaction changes nothing', () => {
  assert.deepEqual(tell('initialized', failed('late')), { kind: 'ready' })
})

test('after an outcome that nobody knows the id is asked for again', () => {
  assert.deepEqual(tell('initialized', 'begun', commit, 'uncertain'), start)
})

test('who is shut out stays out', () => {
  const fenced = tell('initialized', 'begun', { kind: 'fenced', error: 'gone' })
  for (const event of [abort, failed('x'), { kind: 'begun' } as const]) {
    assert.deepEqual(after(fenced, event), { kind: 'fenced', error: 'gone' })
  }
})
