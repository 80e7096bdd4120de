// The assignors against what Java's own gave, and against what any assignment must be.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { PartitionName } from '../../consumer/offset-lookup.ts'
import type { Assignor, AssignorMember, TopicRacks } from './assignor.ts'
import { rangeAssignor } from './range.ts'
import { roundRobinAssignor } from './round-robin.ts'
import { cooperativeStickyAssignor, stickyAssignor } from './sticky.ts'

const assignors = [rangeAssignor, roundRobinAssignor, stickyAssignor, cooperativeStickyAssignor]

type Pair = readonly [topic: string, partition: number]

interface Case {
  readonly assignor: string
  readonly case: number
  readonly topics: Readonly<Record<string, number | string[][]>>
  readonly members: readonly {
    readonly id: string
    readonly instance?: string
    readonly rack?: string
    readonly topics: string[]
    readonly owned?: Pair[]
    readonly generation?: number
    readonly userData?: string
  }[]
  readonly assignment: Readonly<Record<string, Pair[]>>
}

const file = join(import.meta.dirname, 'testdata', 'cases.json')
for (const one of JSON.parse(readFileSync(file, 'utf8')) as Case[]) {
  test(`${one.assignor}, case ${one.case}, gives what Java gives`, () => {
    const topics = new Map(
      Object.entries(one.topics).map(([name, racks]) => [
        name,
        typeof racks === 'number' ? noRacks(racks) : racks,
      ]),
    )
    const members = one.members.map((member) => ({
      memberId: member.id,
      groupInstanceId: member.instance,
      rackId: member.rack,
      topics: member.topics,
      owned: (member.owned ?? []).map(([topic, partition]) => ({ topic, partition })),
      generationId: member.generation ?? -1,
      userData: member.userData === undefined ? null : Buffer.from(member.userData, 'hex'),
    }))
    const assignor = assignors.find(({ name }) => name === one.assignor)
    const given = assignor?.assign(topics, members) ?? new Map<string, PartitionName[]>()
    const told = Object.fromEntries([...given].map(([id, list]) => [id, textOf(list)]))
    const expected = Object.entries(one.assignment).map(([id, pairs]) => {
      return [id, textOf(pairs.map(([topic, partition]) => ({ topic, partition })))]
    })
    assert.deepEqual(told, Object.fromEntries(expected))
  })
}

function noRacks(count: number): string[][] {
  return Array.from({ length: count }, () => [])
}

function textOf(partitions: readonly PartitionName[]): string {
  return partitions
    .map(({ topic, partition }) => `${topic}-${partition}`)
    .sort()
    .join(' ')
}

/** A small generator of numbers, so that a failure can be told again. */
function numbers(seed: number): (bound: number) => number {
  let state = seed
  return (bound) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 8) % bound
  }
}

function subscriber(memberId: string, topics: readonly string[]): AssignorMember {
  return { memberId, topics, owned: [], generationId: -1, userData: null }
}

test('every partition goes to one subscriber, whoever subscribes to what', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const below = numbers(seed)
    const topics = new Map(
      Array.from({ length: 1 + below(4) }, (_, i) => [`t${i}`, noRacks(below(7))]),
    )
    const members = Array.from({ length: 1 + below(6) }, (_, i) => {
      return subscriber(
        `m${i}`,
        [...topics.keys()].filter(() => below(3) > 0),
      )
    })
    for (const assignor of assignors) {
      const given = assignor.assign(topics, members)
      const what = `${assignor.name}, seed ${seed}`
      assert.deepEqual([...given.keys()].sort(), members.map(({ memberId }) => memberId).sort())
      const all = [...given].flatMap(([memberId, list]) =>
        list.map((one) => ({ memberId, ...one })),
      )
      assert.equal(
        new Set(all.map((one) => `${one.topic}-${one.partition}`)).size,
        all.length,
        what,
      )
      for (const { memberId, topic } of all) {
        const member = members.find((candidate) => candidate.memberId === memberId)
        assert.ok(member?.topics.includes(topic), what)
      }
      const wanted = [...topics].filter(([name]) => members.some((m) => m.topics.includes(name)))
      const count = wanted.reduce((sum, [, racks]) => sum + racks.length, 0)
      assert.equal(all.length, count, what)
    }
  }
})

/** Rounds of a cooperative group: each member keeps what it still has, until nobody is to give anything up. */
function settle(
  assignor: Assignor,
  topics: TopicRacks,
  memberIds: readonly string[],
  before: ReadonlyMap<string, PartitionName[]>,
): { readonly given: Map<string, PartitionName[]>; readonly rounds: number } {
  let held = new Map(before)
  for (let rounds = 1; ; rounds++) {
    const members = memberIds.map((memberId): AssignorMember => {
      const owned = held.get(memberId) ?? []
      return { ...subscriber(memberId, [...topics.keys()]), owned, generationId: rounds }
    })
    const given = assignor.assign(topics, members)
    const keptByOthers = memberIds.flatMap((memberId) => {
      return (held.get(memberId) ?? []).map((one) => ({ memberId, key: textOf([one]) }))
    })
    // What a member still holds is given to nobody else in the same round.
    for (const [memberId, list] of given) {
      for (const one of list) {
        const owner = keptByOthers.find(({ key }) => key === textOf([one]))
        assert.ok(owner === undefined || owner.memberId === memberId, 'nothing has two owners')
      }
    }
    const isSettled = memberIds.every((memberId) => {
      const now = textOf(given.get(memberId) ?? [])
      return (held.get(memberId) ?? []).every((one) => now.includes(textOf([one])))
    })
    held = given
    if (isSettled) return { given, rounds }
  }
}

test('a cooperative group moves only what it must, and in two rounds', () => {
  const topics: TopicRacks = new Map([
    ['a', noRacks(6)],
    ['b', noRacks(6)],
  ])
  const two = settle(cooperativeStickyAssignor, topics, ['m1', 'm2'], new Map())
  const three = settle(cooperativeStickyAssignor, topics, ['m1', 'm2', 'm3'], two.given)
  assert.equal(three.rounds, 2)
  assert.deepEqual(
    [...three.given.values()].map(({ length }) => length),
    [4, 4, 4],
  )
  for (const memberId of ['m1', 'm2']) {
    const now = new Set((three.given.get(memberId) ?? []).map((one) => textOf([one])))
    const kept = (two.given.get(memberId) ?? []).filter((one) => now.has(textOf([one])))
    assert.equal(kept.length, 4, `${memberId} keeps what it can`)
  }
})
