// What a group relies on, whoever its members are: every partition has exactly one owner who subscribes to it, loads
// are even, and what need not move stays.

import assert from 'node:assert/strict'
import test from 'node:test'
import { SeededRandom } from '@samsa/world/simulated'
import type { Assignment } from '../assignment.ts'
import type { AssignedMember, AssignedTopic, Assignor, AssignorInput } from './assignor.ts'
import { assignRange } from './range.ts'
import { assignUniform } from './uniform.ts'

const ASSIGNORS: [string, Assignor][] = [
  ['uniform', assignUniform],
  ['range', assignRange],
]

function randomInput(random: SeededRandom, isHomogeneous: boolean): AssignorInput {
  const topics = new Map<string, AssignedTopic>()
  for (let i = 0; i <= random.below(5); i++) {
    const partitionCount = 1 + random.below(12)
    const racks = Array.from({ length: partitionCount }, () => new Set([`rack-${random.below(3)}`]))
    topics.set(`topic-${i}`, { partitionCount, racks: random.below(2) === 0 ? [] : racks })
  }
  const all = [...topics.keys()]
  const members = Array.from({ length: 1 + random.below(9) }, (_, index): AssignedMember => {
    const some = all.filter(() => random.below(2) === 0)
    return {
      memberId: `member-${index}`,
      rackId: random.below(2) === 0 ? null : `rack-${random.below(3)}`,
      subscribedTopicIds: new Set(isHomogeneous ? all : some),
      target: new Map(),
    }
  })
  return { members, topics }
}

function owners(
  input: AssignorInput,
  target: ReadonlyMap<string, Assignment>,
): Map<string, string> {
  const result = new Map<string, string>()
  for (const { memberId, subscribedTopicIds } of input.members) {
    for (const [topicId, partitions] of target.get(memberId) ?? []) {
      assert.ok(subscribedTopicIds.has(topicId), `${memberId} did not subscribe to ${topicId}`)
      for (const partition of partitions) {
        const place = `${topicId}/${partition}`
        assert.ok(partition < (input.topics.get(topicId)?.partitionCount ?? 0), place)
        assert.equal(result.get(place), undefined, `${place} has two owners`)
        result.set(place, memberId)
      }
    }
  }
  for (const [topicId, { partitionCount }] of input.topics) {
    const hasSubscriber = input.members.some((each) => each.subscribedTopicIds.has(topicId))
    for (let i = 0; i < partitionCount && hasSubscriber; i++) {
      assert.ok(result.has(`${topicId}/${i}`), `${topicId}/${i} has no owner`)
    }
  }
  return result
}

const size = (assignment: Assignment | undefined): number =>
  [...(assignment?.values() ?? [])].reduce((sum, partitions) => sum + partitions.size, 0)

function withTargets(input: AssignorInput, target: ReadonlyMap<string, Assignment>): AssignorInput {
  const members = input.members.map((member) => ({
    ...member,
    target: target.get(member.memberId) ?? new Map(),
  }))
  return { ...input, members }
}

for (const [name, assign] of ASSIGNORS) {
  for (const isHomogeneous of [true, false]) {
    test(`${name}: one owner each, twice the same (${isHomogeneous ? 'same' : 'other'} topics)`, () => {
      const random = new SeededRandom(7)
      for (let round = 0; round < 300; round++) {
        const input = randomInput(random, isHomogeneous)
        const target = assign(input)
        const before = owners(input, target)
        const again = owners(input, assign(withTargets(input, target)))
        assert.deepEqual(again, before, 'without a change nothing moves')
      }
    })
  }
}

test('uniform: loads differ by one at most, and a newcomer moves no more than its share', () => {
  const random = new SeededRandom(11)
  for (let round = 0; round < 300; round++) {
    const input = randomInput(random, true)
    const target = assignUniform(input)
    const sizes = input.members.map(({ memberId }) => size(target.get(memberId)))
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1, `loads ${sizes.join(' ')}`)
    const before = owners(input, target)
    const newcomer: AssignedMember = {
      memberId: 'newcomer',
      rackId: null,
      subscribedTopicIds: new Set(input.topics.keys()),
      target: new Map(),
    }
    const grown = withTargets(input, target)
    const after = assignUniform({ ...grown, members: [...grown.members, newcomer] })
    const places = owners({ ...grown, members: [...grown.members, newcomer] }, after)
    const moved = [...places].filter(([place, owner]) => before.get(place) !== owner)
    assert.equal(moved.length, size(after.get('newcomer')), 'only the newcomer gets anything')
  }
})

test('uniform: whoever has two more than another has nothing the other could take', () => {
  const random = new SeededRandom(13)
  for (let round = 0; round < 200; round++) {
    const input = randomInput(random, false)
    const target = assignUniform(input)
    for (const { memberId } of input.members) {
      for (const [topicId] of target.get(memberId) ?? []) {
        for (const other of input.members) {
          if (!other.subscribedTopicIds.has(topicId)) continue
          const difference = size(target.get(memberId)) - size(target.get(other.memberId))
          assert.ok(difference < 2, `${memberId} could give of ${topicId} to ${other.memberId}`)
        }
      }
    }
  }
})

test('range: topics of one size go in the same ranges, so that they can be joined', () => {
  const topics = new Map(['t', 'u'].map((topicId) => [topicId, { partitionCount: 7, racks: [] }]))
  const members = ['a', 'b', 'c'].map((memberId) => ({
    memberId,
    rackId: null,
    subscribedTopicIds: new Set(['t', 'u']),
    target: new Map(),
  }))
  const target = assignRange({ members, topics })
  const ranges = ['a', 'b', 'c'].map((id) => [...(target.get(id)?.get('t') ?? [])])
  assert.deepEqual(ranges, [
    [0, 1, 2],
    [3, 4],
    [5, 6],
  ])
  for (const id of ['a', 'b', 'c'])
    assert.deepEqual(target.get(id)?.get('t'), target.get(id)?.get('u'))
})

test('5,000 partitions on 200 members are assigned in well under a second', () => {
  const topics = new Map(
    Array.from({ length: 50 }, (_, i) => [`topic-${i}`, { partitionCount: 100, racks: [] }]),
  )
  const members = Array.from({ length: 200 }, (_, i) => ({
    memberId: `member-${i}`,
    rackId: null,
    subscribedTopicIds: new Set([...topics.keys()].slice(0, i % 2 === 0 ? 50 : 25)),
    target: new Map(),
  }))
  const startMs = performance.now()
  assignUniform({ members, topics })
  assignRange({ members, topics })
  assert.ok(performance.now() - startMs < 1_500)
})
