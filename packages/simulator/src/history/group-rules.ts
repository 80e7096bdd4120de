// Rules about groups' offsets: nobody commits what was not handed out to him, and what was committed is found again.

import type { Anomaly } from './anomaly.ts'
import type { Facts } from './facts.ts'
import { nameOf, type Operation, readsOf } from './operations.ts'

/** Commits beyond what the process had read. */
export function checkCommitted({ operations }: Facts): Anomaly[] {
  const found: Anomaly[] = []
  /** By process and key: the offset after the last record it was given. */
  const ends = new Map<string, number>()
  for (const operation of operations) {
    for (const { key, offset } of readsOf(operation)) {
      const place = `${operation.proc} ${key}`
      ends.set(place, Math.max(ends.get(place) ?? 0, offset + 1))
    }
    if (operation.f !== 'commit') continue
    for (const [key, offset] of Object.entries(operation.value.offsets)) {
      const end = ends.get(`${operation.proc} ${key}`) ?? 0
      if (offset <= end) continue
      const proof = `${nameOf(operation)} committed ${offset} of ${key}, having read up to ${end}.`
      found.push({ name: 'commit-beyond-processed', proof })
    }
  }
  return found
}

/** Reads of a group's offset that miss a commit which was over before: every commit that followed might be read, too. */
export function checkLostCommits({ operations }: Facts): Anomaly[] {
  const found: Anomaly[] = []
  const commits = operations.filter(({ f, type }) => f === 'commit' && type !== 'fail')
  for (const read of operations) {
    if (read.f !== 'committed' || read.type !== 'ok') continue
    for (const [key, offset] of Object.entries(read.value.offsets)) {
      const { group } = read.value
      const candidates = candidatesFor(commits, read, group, key)
      if (candidates.length === 0 || candidates.includes(offset)) continue
      const proof = `${nameOf(read)} found ${offset} of ${key}, not ${candidates.join(' or ')}.`
      found.push({ name: 'lost-commit', proof })
    }
  }
  return found
}

/** What a read may find once an acknowledged commit was over: that one, or any that did not end before it began. */
function candidatesFor(
  commits: readonly Operation[],
  read: Operation,
  group: string,
  key: string,
): number[] {
  const relevant = commits.flatMap((commit) => {
    if (commit.f !== 'commit' || commit.value.group !== group) return []
    const offset = commit.value.offsets[key]
    return offset === undefined || commit.invokedAt > read.completedAt ? [] : [{ commit, offset }]
  })
  const done = relevant.filter(
    ({ commit }) => commit.type === 'ok' && commit.completedAt < read.invokedAt,
  )
  const lastBegun = Math.max(-1, ...done.map(({ commit }) => commit.invokedAt))
  if (lastBegun === -1) return []
  return relevant
    .filter(({ commit }) => commit.type === 'info' || commit.completedAt > lastBegun)
    .map(({ offset }) => offset)
}
