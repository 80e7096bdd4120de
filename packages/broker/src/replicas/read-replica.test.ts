// Where consumers are sent: into their own rack, if a replica there has what they ask for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { preferredFollower, type ReadableFollower } from './read-replica.ts'

const racks = new Map([
  [1, 'east'],
  [2, 'west'],
  [3, 'west'],
  [4, 'north'],
])

const follower = (brokerId: number, logEndOffset: number, caughtUpAtMs = 0): ReadableFollower => ({
  brokerId,
  logEndOffset,
  caughtUpAtMs,
})

function preferred(rack: string, ...followers: ReadableFollower[]): number | undefined {
  return preferredFollower(rack, { leaderId: 1, followers, rackOf: (id) => racks.get(id) })
}

test('a consumer stays with the leader when it says no rack, has the rack of the leader, or one without replicas', () => {
  assert.equal(preferred('', follower(2, 5)), undefined)
  assert.equal(preferred('east', follower(2, 5)), undefined)
  assert.equal(preferred('south', follower(2, 5), follower(4, 5)), undefined)
  assert.equal(preferred('west', follower(4, 5)), undefined)
})

test('of several replicas in the rack the furthest is read, then the freshest, then the lowest id', () => {
  assert.equal(preferred('west', follower(2, 5), follower(3, 7), follower(4, 9)), 3)
  assert.equal(preferred('west', follower(2, 5, 10), follower(3, 5, 20)), 3)
  assert.equal(preferred('west', follower(3, 5, 10), follower(2, 5, 10)), 2)
})
