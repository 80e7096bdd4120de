// The replicas of a partition side by side, as their directories are when all brokers have stopped: followers write what
// their leader has, byte for byte, so whatever two of them have must be the same.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BrokerPlace } from './local-cluster.ts'

/** What a comparison found. */
export interface Comparison {
  readonly partitions: number
  readonly bytes: number
  /** One sentence for each pair of replicas that differ. */
  readonly differences: readonly string[]
}

/** Compares all replicas of these topics. */
export function compareReplicas(
  places: readonly BrokerPlace[],
  topics: readonly string[],
): Comparison {
  const replicas = new Map<string, { readonly id: number; readonly log: Buffer }[]>()
  for (const { id, directory: data } of places) {
    // The one broker of a process has the first of its directories, whatever its id.
    const directory = join(data, 'broker-1')
    for (const name of existsSync(directory) ? readdirSync(directory) : []) {
      if (!topics.some((topic) => name.replace(/-\d+$/, '') === topic)) continue
      const there = replicas.get(name) ?? []
      replicas.set(name, there)
      there.push({ id, log: logOf(join(directory, name)) })
    }
  }
  const differences: string[] = []
  let bytes = 0
  for (const [partition, [first, ...others]] of replicas) {
    if (first === undefined) continue
    bytes += first.log.length
    for (const { id, log } of others) {
      if (log.equals(first.log)) continue
      const at = firstDifference(log, first.log)
      differences.push(
        `${partition}: broker ${id} has ${log.length} bytes, broker ${first.id} has ` +
          `${first.log.length}; they differ from byte ${at} on`,
      )
    }
  }
  return { partitions: replicas.size, bytes, differences }
}

/** All segments, one after the other. */
function logOf(directory: string): Buffer {
  const segments = readdirSync(directory).filter((name) => name.endsWith('.log'))
  return Buffer.concat(segments.toSorted().map((name) => readFileSync(join(directory, name))))
}

function firstDifference(a: Buffer, b: Buffer): number {
  const shorter = Math.min(a.length, b.length)
  for (let at = 0; at < shorter; at++) if (a[at] !== b[at]) return at
  return shorter
}
