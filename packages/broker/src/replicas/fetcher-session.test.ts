// The follower's side of a fetch session: it says what is new, and everything again after any doubt.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fetch, ResponseOf } from '@samsa/protocol'
import { FetcherSession, type FetcherTarget } from './fetcher-session.ts'

const target = (partition: number, fetchOffset: number): FetcherTarget => ({
  topic: 't',
  topicId: 'AAAAAAAAAAAAAAAAAAAAAA',
  partition,
  fetchOffset,
  currentLeaderEpoch: 0,
  lastFetchedEpoch: 0,
  logStartOffset: 0,
})

const targets = (...all: FetcherTarget[]): Map<string, FetcherTarget> =>
  new Map(all.map((each) => [String(each.partition), each]))

const answer = (errorCode: number, sessionId: number): ResponseOf<typeof Fetch> => ({
  throttleTimeMs: 0,
  errorCode,
  sessionId,
  responses: [],
  nodeEndpoints: [],
})

function asked({ topics, sessionId, sessionEpoch }: ReturnType<FetcherSession['next']>) {
  const partitions = topics.flatMap((each) => each.partitions.map(({ partition }) => partition))
  return { sessionId, sessionEpoch, partitions }
}

test('once a session is open only what moved is asked for anew, and what is gone is taken out', () => {
  const session = new FetcherSession()
  assert.deepEqual(asked(session.next(targets(target(0, 0), target(1, 0)), 100)), {
    sessionId: 0,
    sessionEpoch: 0,
    partitions: [0, 1],
  })
  assert.equal(session.answered(answer(0, 77)), true)
  const second = session.next(targets(target(0, 5), target(1, 0)), 100)
  assert.deepEqual(asked(second), { sessionId: 77, sessionEpoch: 1, partitions: [0] })
  session.answered(answer(0, 77))
  const third = session.next(targets(target(0, 5)), 100)
  assert.deepEqual(asked(third), { sessionId: 77, sessionEpoch: 2, partitions: [] })
  assert.deepEqual(
    third.forgottenTopicsData?.map(({ partitions }) => partitions),
    [[1]],
  )
})

test('a leader without room for sessions, or that has lost one, is asked for everything', () => {
  const session = new FetcherSession()
  session.next(targets(target(0, 0)), 100)
  assert.equal(session.answered(answer(0, 0)), true)
  assert.equal(asked(session.next(targets(target(0, 0)), 100)).sessionEpoch, 0)
  session.answered(answer(0, 5))
  session.next(targets(target(0, 0)), 100)
  assert.equal(session.answered(answer(70, 0)), false)
  const again = asked(session.next(targets(target(0, 0)), 100))
  assert.deepEqual(again, { sessionId: 0, sessionEpoch: 0, partitions: [0] })
})
