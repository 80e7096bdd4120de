// What a recorded profile says: self time and allocated bytes by function, as the inspector protocol writes them.

import type { HeapProfiler, Profiler } from 'node:inspector'

/** Names of the files that a recording leaves. */
export const cpuProfileName = 'cpu.json'
export const allocationProfileName = 'allocations.json'

/** What one function cost: microseconds, or bytes. */
export interface Cost {
  readonly where: string
  readonly amount: number
}

/** Self time in microseconds by function, the greatest first. Sleep and the recording itself are left out. */
export function selfTimes(profile: Profiler.Profile): Cost[] {
  const frames = new Map(profile.nodes.map((node) => [node.id, placeOf(node.callFrame)]))
  const sums = new Map<string, number>()
  profile.samples?.forEach((id, i) => {
    const where = frames.get(id) ?? '(unknown)'
    add(sums, where, profile.timeDeltas?.[i] ?? 0)
  })
  sums.delete('(idle)')
  for (const where of sums.keys()) if (where.startsWith('post inspector:')) sums.delete(where)
  return sorted(sums)
}

/** Allocated bytes by function, the greatest first. */
export function allocatedBytes(profile: HeapProfiler.SamplingHeapProfile): Cost[] {
  const sums = new Map<string, number>()
  const nodes = [profile.head]
  for (let node = nodes.pop(); node !== undefined; node = nodes.pop()) {
    add(sums, placeOf(node.callFrame), node.selfSize)
    nodes.push(...node.children)
  }
  return sorted(sums)
}

function add(sums: Map<string, number>, where: string, amount: number): void {
  if (amount > 0) sums.set(where, (sums.get(where) ?? 0) + amount)
}

function sorted(sums: ReadonlyMap<string, number>): Cost[] {
  return [...sums]
    .map(([where, amount]) => ({ where, amount }))
    .toSorted((a, b) => b.amount - a.amount)
}

interface Place {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/** `function file:line`, the file from its package on. */
function placeOf({ functionName, url, lineNumber }: Place): string {
  const name = functionName === '' ? '(anonymous)' : functionName
  if (url === '') return name
  const file = /(?:packages\/|node:|node_modules\/)(.*)$/.exec(url)?.[1] ?? url
  return `${name} ${file}:${lineNumber + 1}`
}
