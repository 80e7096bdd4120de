// Incremental fetch sessions: what a consumer may rely on, and what the broker keeps.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '@samsa/world'
import { SeededRandom } from '@samsa/world/simulated'
import type { FetchNews, FetchTarget } from './fetch-session.ts'
import { FetchSessions, type SessionRequest } from './fetch-sessions.ts'

class HandClock implements Clock {
  time = 0
  now(): number {
    return this.time
  }
  monotonic(): number {
    return this.time
  }
  sleep(): Promise<void> {
    throw new Error('not used')
  }
  after(): { cancel(): void } {
    throw new Error('not used')
  }
}

const clock = new HandClock()

function sessions(slots = 10): FetchSessions {
  return new FetchSessions(clock, new SeededRandom(7), () => slots)
}

function target(topic: string, partition = 0, fetchOffset = 0): FetchTarget {
  return {
    topic,
    topicId: 'AAAAAAAAAAAAAAAAAAAAAA',
    partition,
    fetchOffset,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    logStartOffset: -1,
    maxBytes: 1000,
  }
}

function request(
  sessionId: number,
  sessionEpoch: number,
  targets: FetchTarget[],
  more: Partial<SessionRequest> = {},
): SessionRequest {
  return { sessionId, sessionEpoch, usesTopicIds: false, targets, forgotten: [], ...more }
}

const quiet: FetchNews = {
  errorCode: 0,
  highWatermark: 5,
  logStartOffset: 0,
  sizeInBytes: 0,
  diverging: false,
  preferredReadReplica: -1,
}

test('A session carries only what changed, both ways.', () => {
  const cache = sessions()
  const first = cache.resolve(request(0, 0, [target('a'), target('b')]))
  const id = first.session?.id ?? 0
  assert.ok(id > 0)
  assert.equal(first.incremental, false)
  for (const one of first.targets) assert.equal(first.session?.tell(one, quiet), true)

  const second = cache.resolve(request(id, 1, [target('b', 0, 5)]))
  assert.equal(second.incremental, true)
  assert.deepEqual(
    second.targets.map((one) => [one.topic, one.fetchOffset]),
    [
      ['a', 0],
      ['b', 5],
    ],
  )
  for (const one of second.targets) assert.equal(second.session?.tell(one, quiet), false)

  const third = cache.resolve(request(id, 2, [], { forgotten: [target('a')] }))
  assert.deepEqual(
    third.targets.map((one) => one.topic),
    ['b'],
  )
  assert.equal(third.session?.tell(target('b'), { ...quiet, highWatermark: 6 }), true)
})

test('Partitions that gave records go to the end, so that none starves.', () => {
  const cache = sessions()
  const { session } = cache.resolve(request(0, 0, [target('a'), target('b'), target('c')]))
  session?.tell(target('a'), { ...quiet, sizeInBytes: 100 })
  assert.deepEqual(
    session?.targets().map((one) => one.topic),
    ['b', 'c', 'a'],
  )
})

test('After an error the next answer comes even if nothing else changed.', () => {
  const { session } = sessions().resolve(request(0, 0, [target('a')]))
  session?.tell(target('a'), quiet)
  assert.equal(session?.tell(target('a'), { ...quiet, errorCode: 6 }), true)
  assert.equal(session?.tell(target('a'), quiet), true)
  assert.equal(session?.tell(target('a'), quiet), false)
})

test('Unknown sessions, wrong epochs and the other way of naming topics are refused.', () => {
  const cache = sessions()
  assert.throws(() => cache.resolve(request(12, 1, [])), { code: 70 })
  const id = cache.resolve(request(0, 0, [target('a')])).session?.id ?? 0
  assert.throws(() => cache.resolve(request(id, 7, [])), { code: 71 })
  assert.throws(() => cache.resolve(request(id, 1, [], { usesTopicIds: true })), { code: 106 })
  assert.equal(cache.resolve(request(id, 1, [])).incremental, true)
})

test('Epoch 0 opens a new session for the old one, -1 ends it.', () => {
  const cache = sessions()
  const id = cache.resolve(request(0, 0, [target('a')])).session?.id ?? 0
  const next = cache.resolve(request(id, 0, [target('a')])).session?.id ?? 0
  assert.notEqual(next, id)
  assert.equal(cache.count, 1)
  assert.equal(cache.resolve(request(next, -1, [target('a')])).session, undefined)
  assert.equal(cache.count, 0)
})

test('A session that follows nothing any more ends.', () => {
  const cache = sessions()
  const id = cache.resolve(request(0, 0, [target('a')])).session?.id ?? 0
  const last = cache.resolve(request(id, 1, [], { forgotten: [target('a')] }))
  assert.equal(last.session, undefined)
  assert.equal(cache.count, 0)
})

test('The cache is bounded: the idle go first, then the small and old, else nobody.', () => {
  const cache = sessions(2)
  const small = cache.resolve(request(0, 0, [target('a')])).session
  const large = cache.resolve(request(0, 0, [target('a'), target('b')])).session
  assert.equal(cache.resolve(request(0, 0, [target('c')])).session, undefined)
  clock.time += 121_000
  cache.resolve(request(small?.id ?? 0, 1, []))
  assert.ok(cache.resolve(request(0, 0, [target('c')])).session)
  assert.throws(() => cache.resolve(request(large?.id ?? 0, 1, [])), { code: 70 })
  assert.ok(cache.resolve(request(0, 0, [target('c'), target('d')])).session)
  assert.throws(() => cache.resolve(request(small?.id ?? 0, 2, [])), { code: 70 })
})
