// What a client and a broker agree upon not to repeat.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FetchSession, type FetchTarget } from './fetch-session.ts'

function target(partition: number, fetchOffset = 0): FetchTarget {
  return { topic: 't', topicId: 'i', partition, fetchOffset, leaderEpoch: 0 }
}

function said(session: FetchSession, targets: readonly FetchTarget[]): string {
  const { sessionId, sessionEpoch, targets: changed, forgotten } = session.request(targets)
  const list = (some: readonly FetchTarget[]) => some.map(({ partition }) => partition).join()
  return `${sessionId}/${sessionEpoch} +${list(changed)} -${list(forgotten)}`
}

test('only what changed is said again', () => {
  const session = new FetchSession()
  assert.equal(said(session, [target(0), target(1)]), '0/0 +0,1 -')
  session.answered(0, 77)
  assert.equal(said(session, [target(0, 5), target(1)]), '77/1 +0 -')
  session.answered(0, 77)
  assert.equal(said(session, [target(1), target(2)]), '77/2 +2 -0')
})

test('a broker without sessions is told everything each time', () => {
  const session = new FetchSession()
  said(session, [target(0)])
  session.answered(0, 0)
  assert.equal(said(session, [target(0)]), '0/0 +0 -')
})

test('after any doubt everything is said anew', () => {
  const session = new FetchSession()
  said(session, [target(0)])
  session.answered(0, 77)
  said(session, [target(0, 9)])
  session.lost()
  assert.equal(said(session, [target(0, 9)]), '77/0 +0 -')
  session.answered(0, 78)
  assert.equal(said(session, [target(0, 9)]), '78/1 + -')
  assert.equal(session.answered(70, 0), false)
  assert.equal(said(session, [target(0, 9)]), '0/0 +0 -')
})
