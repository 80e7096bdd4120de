// What a broker costs that nobody uses: processor time while it waits, and memory with many partitions.

import { setTimeout as delay } from 'node:timers/promises'
import type { Row } from '../row.ts'
import { cpuSeconds, residentMb } from './process-cost.ts'
import { createTopic, startBrokers, type Target } from './targets.ts'

const idleSeconds = 5
const topics = 10
const partitionsEach = 1000

interface Rest {
  /** Share of one processor in percent. */
  readonly idleCpu: number
  readonly partitionsMb: number
}

/** Rows of idle processor time and of memory with 10,000 partitions. */
export async function atRest(): Promise<Row[]> {
  const targets = await startBrokers()
  const found: Partial<Record<Target['name'], Rest>> = {}
  try {
    for (const target of targets) found[target.name] = await rest(target)
  } finally {
    for (const target of targets) await target[Symbol.asyncDispose]()
  }
  const { samsa, kafka } = found
  if (samsa === undefined) return []
  const name = `memory, ${topics * partitionsEach} partitions`
  return [
    row('processor, idle', '% of one', samsa.idleCpu, kafka?.idleCpu),
    row(name, 'MB', samsa.partitionsMb, kafka?.partitionsMb),
  ]
}

async function rest({ pid, port }: Target): Promise<Rest> {
  // What a start leaves to be done is not idleness.
  await delay(2000)
  const before = cpuSeconds(pid)
  await delay(idleSeconds * 1000)
  const idleCpu = ((cpuSeconds(pid) - before) / idleSeconds) * 100
  for (let i = 0; i < topics; i++) await createTopic(port, `many-${i}`, partitionsEach)
  await delay(2000)
  return { idleCpu, partitionsMb: residentMb(pid) }
}

function row(name: string, unit: string, ours: number, reference: number | undefined): Row {
  const known = { name, ours, unit, goal: 'none', met: true }
  return reference === undefined ? known : { ...known, reference, ratio: reference / ours }
}
