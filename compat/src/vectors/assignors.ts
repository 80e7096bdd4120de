/**
 * Golden assignments: what Java's own assignors gave the members of a group.
 */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Assignor,
  cooperativeStickyAssignor,
  type AssignorMember,
  rangeAssignor,
  roundRobinAssignor,
  stickyAssignor,
} from '@samsa/client'
import type { CheckResult } from './check-result.ts'
import { CheckCounter } from './check-result.ts'

type Partition = readonly [topic: string, partition: number]

interface AssignorCase {
  readonly assignor: string
  readonly case: number
  /** Partitions, or the racks of each partition's replicas. */
  readonly topics: Readonly<Record<string, number | readonly (readonly string[])[]>>
  readonly members: readonly {
    readonly id: string
    readonly instance?: string
    readonly rack?: string
    readonly topics: readonly string[]
    readonly owned?: readonly Partition[]
    readonly generation?: number
    readonly userData?: string
  }[]
  readonly assignment: Readonly<Record<string, readonly Partition[]>>
}

const assignors: readonly Assignor[] = [
  rangeAssignor,
  roundRobinAssignor,
  stickyAssignor,
  cooperativeStickyAssignor,
]

/** Checks `DIR/assignors.json`. */
export async function checkAssignors(directory: string): Promise<CheckResult> {
  const counter = new CheckCounter()
  const file = readFileSync(join(directory, 'assignors.json'), 'utf8')
  for (const one of (JSON.parse(file) as { readonly cases: readonly AssignorCase[] }).cases) {
    counter.check(`${one.assignor} ${one.case}`, () => {
      const assignor = assignors.find(({ name }) => name === one.assignor)
      if (assignor === undefined) return 'no assignor has this name'
      const given = assignor.assign(topicsOf(one), membersOf(one))
      const wrong = [...given].filter(([memberId, partitions]) => {
        return setOf(partitions) !== setOf((one.assignment[memberId] ?? []).map(named))
      })
      const missing = Object.keys(one.assignment).filter((memberId) => !given.has(memberId))
      if (wrong.length === 0 && missing.length === 0) return undefined
      const told = wrong.map(([memberId, partitions]) => {
        const expected = setOf((one.assignment[memberId] ?? []).map(named))
        return `${memberId} gets ${setOf(partitions)} instead of ${expected}`
      })
      return [...told, ...missing.map((memberId) => `${memberId} is left out`)].join('; ')
    })
  }
  return counter.result()
}

function topicsOf({ topics }: AssignorCase): Map<string, readonly (readonly string[])[]> {
  return new Map(
    Object.entries(topics).map(([topic, racks]) => [
      topic,
      typeof racks === 'number' ? Array.from({ length: racks }, () => []) : racks,
    ]),
  )
}

function membersOf({ members }: AssignorCase): AssignorMember[] {
  return members.map((member) => ({
    memberId: member.id,
    groupInstanceId: member.instance,
    rackId: member.rack,
    topics: member.topics,
    owned: (member.owned ?? []).map(named),
    generationId: member.generation ?? -1,
    userData: member.userData === undefined ? null : Buffer.from(member.userData, 'hex'),
  }))
}

interface NamedPartition {
  readonly topic: string
  readonly partition: number
}

function named([topic, partition]: Partition): NamedPartition {
  return { topic, partition }
}

function setOf(partitions: readonly NamedPartition[]): string {
  return partitions
    .map(({ topic, partition }) => `${topic}-${partition}`)
    .sort()
    .join(' ')
}
