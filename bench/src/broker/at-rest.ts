// What a broker costs that nobody uses: processor time while it waits, and memory with many partitions.

import { setTimeout as delay } from 'node:timers/promises'
import type { Row } from '../row.ts'
import { cpuSeconds, residentMb } from './process-cost.ts'
import { createTopic, startSamsa, type Target } from './targets.ts'

const idleSeconds = 5
const topics = 10
const partitionsEach = 1000

interface Rest {
  /** Share of one processor in percent. */
  readonly idleCpu: number
  readonly partitionsMb: number
}

/** Rows of idle processor time and of memory with 10,000 partitions. Kafka takes minutes for so many, and is left out. */
export async function atRest(): Promise<Row[]> {
  await using samsa = await startSamsa()
  const { idleCpu, partitionsMb } = await rest(samsa)
  const name = `memory, ${topics * partitionsEach} partitions`
  return [
    { name: 'processor, idle', ours: idleCpu, unit: '% of one', goal: 'none', met: true },
    { name, ours: partitionsMb, unit: 'MB', goal: 'none', met: true },
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
