// What must hold of a group's history, whatever its members did: one owner of a partition at a time, generations that
// only grow, commits that do not go back, nothing new while nobody did anything, and clients told what was written.

import type { Given } from './member.ts'
import type { GroupEvent } from './offsets-topic.ts'

/** A time in which nobody joined, left or was killed, in milliseconds since 1970. */
export interface Quiet {
  readonly fromMs: number
  readonly toMs: number
}

/** How a group is judged. */
interface Rules {
  readonly commitsMayGoBack: boolean
  readonly quiet: readonly Quiet[]
  readonly given: readonly Given[]
}

function twice(lists: Iterable<readonly number[]>): number | undefined {
  const seen = new Set<number>()
  for (const partitions of lists) {
    for (const partition of partitions) {
      if (seen.has(partition)) return partition
      seen.add(partition)
    }
  }
  return undefined
}

const show = (value: unknown): string => JSON.stringify(value)

/** What breaks the rules, as sentences; none if all is well. */
export function faultsOf(events: readonly GroupEvent[], rules: Rules): string[] {
  return [
    ...ownerFaults(events),
    ...growthFaults(events),
    ...(rules.commitsMayGoBack ? [] : commitFaults(events)),
    ...quietFaults(events, rules.quiet),
    ...givenFaults(events, rules.given),
  ]
}

function ownerFaults(events: readonly GroupEvent[]): string[] {
  const faults: string[] = []
  const held = new Map<string, readonly number[]>()
  events.forEach((event, i) => {
    if (event.kind === 'generation') {
      const partition = twice(event.members.values())
      if (partition === undefined) return
      const members = show([...event.members])
      faults.push(`generation ${event.generation}: ${partition} has two owners: ${members}`)
    }
    if (event.kind !== 'member') return
    if (event.held === undefined) held.delete(event.member)
    else held.set(event.member, event.held)
    // A batch is written as a whole.
    if (events[i + 1]?.batch === event.batch) return
    const partition = twice(held.values())
    if (partition !== undefined) faults.push(`${partition} has two owners: ${show([...held])}`)
  })
  return faults
}

function growthFaults(events: readonly GroupEvent[]): string[] {
  const faults: string[] = []
  let last = -1
  for (const event of events) {
    if (event.kind !== 'generation' && event.kind !== 'epoch') continue
    const now = event.kind === 'generation' ? event.generation : event.epoch
    if (now < last) faults.push(`generation ${last} was followed by ${now}`)
    last = now
  }
  return faults
}

function commitFaults(events: readonly GroupEvent[]): string[] {
  const faults: string[] = []
  const committed = new Map<number, number>()
  for (const event of events) {
    if (event.kind !== 'commit') continue
    const { partition, offset } = event
    const before = committed.get(partition) ?? 0
    if (offset < before) faults.push(`partition ${partition}: commit ${before}, then ${offset}`)
    committed.set(partition, offset)
  }
  return faults
}

function quietFaults(events: readonly GroupEvent[], quiet: readonly Quiet[]): string[] {
  const faults: string[] = []
  let last = -1
  for (const event of events) {
    if (event.kind !== 'generation' && event.kind !== 'epoch') continue
    const now = event.kind === 'generation' ? event.generation : event.epoch
    const during = quiet.find(({ fromMs, toMs }) => {
      return event.timestamp >= fromMs && event.timestamp <= toMs
    })
    if (during !== undefined && now !== last) {
      const whenMs = event.timestamp - during.fromMs
      const who = event.kind === 'generation' ? show([...event.members]) : 'its members'
      faults.push(`generation ${now} that nobody caused, ${whenMs} ms into the calm: ${who}`)
    }
    last = now
  }
  return faults
}

/** Members of classic groups that name their generation were given what that generation's record says. */
function givenFaults(events: readonly GroupEvent[], given: readonly Given[]): string[] {
  const classic = events.filter((event) => event.kind === 'generation')
  if (classic.length === 0) return []
  const inOrder = (partitions: readonly number[]): string =>
    partitions.toSorted((a, b) => a - b).join()
  return given.flatMap(({ member, generation, assigned }) => {
    const written = classic
      .filter((event) => generation === undefined || event.generation === generation)
      .map((event) => inOrder(event.members.get(member) ?? []))
    if (written.includes(inOrder(assigned))) return []
    return [`${member} was given ${show(assigned)} in ${generation}, not ${show(written)}`]
  })
}
