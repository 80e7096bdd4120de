// Memory of our client under full load: it produces and consumes at once for minutes, and the heap that is left after a
// collection may not grow. The slope is a line through what was left, without the first fifth, in which caches fill.
//
//   npm run bench -- client-heap [--minutes 10]

import { bytes, connect, nullable, topic } from '@samsa/client'
import { setTimeout as delay } from 'node:timers/promises'
import { createTopic, startSamsa } from '../broker/targets.ts'
import type { Row } from '../row.ts'
import type { StoryOptions } from '../stories.ts'

const partitions = 4
const defaultMinutes = 10
/** Too short for a slope that means anything: it shows that the story runs. */
const shortMinutes = 0.15
const sampleMs = 2000
/** Of heap and buffers together, what one might lose an hour to noise. */
const flatMbPerHour = 20
/** The log is kept short: the broker deletes what is older than this. */
const retention = { 'log.retention.bytes': '50000000', 'log.segment.bytes': '10000000' }

interface Sample {
  readonly seconds: number
  readonly megabytes: number
}

/** Heap and buffers that are still held after a collection. */
function held(): number {
  global.gc?.()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1024 / 1024
}

/** Megabytes an hour, by least squares. */
function slopeOf(samples: readonly Sample[]): number {
  const count = samples.length
  const mean = (of: (sample: Sample) => number): number => {
    return samples.reduce((sum, sample) => sum + of(sample), 0) / count
  }
  const [x, y] = [mean(({ seconds }) => seconds), mean(({ megabytes }) => megabytes)]
  let [above, below] = [0, 0]
  for (const { seconds, megabytes } of samples) {
    above += (seconds - x) * (megabytes - y)
    below += (seconds - x) ** 2
  }
  return (above / below) * 3600
}

/** Produces and consumes for the given minutes. */
export async function benchHeap({ minutes, smoke = false }: StoryOptions): Promise<Row[]> {
  const lastsMs = Number(minutes ?? (smoke ? shortMinutes : defaultMinutes)) * 60_000
  const set = Object.entries(retention).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  await using target = await startSamsa({ words: set })
  await createTopic(target.port, 'heap', partitions)
  const kafka = connect({ brokers: `127.0.0.1:${target.port}` })
  const log = topic('heap', { key: nullable(bytes), value: bytes })
  const producer = kafka.producer()
  const consumer = kafka.consumer<typeof log>()
  await consumer.assignAll([log], 'latest')
  const records = Array.from({ length: 500 }, () => ({ key: null, value: Buffer.alloc(100) }))
  let isOver = false
  let [written, read] = [0, 0]
  const lanes = Array.from({ length: 4 }, async () => {
    while (!isOver) {
      await producer.sendAll(log, records)
      written += records.length
    }
  })
  const reading = (async () => {
    for await (const batch of consumer.batches()) read += batch.records.length
  })()
  const samples: Sample[] = []
  const startedAt = performance.now()
  while (performance.now() - startedAt < lastsMs) {
    await delay(sampleMs)
    samples.push({ seconds: (performance.now() - startedAt) / 1000, megabytes: held() })
  }
  isOver = true
  await Promise.all(lanes)
  await consumer.close()
  await reading
  await kafka.close()
  const settled = samples.slice(Math.floor(samples.length / 5))
  const slope = slopeOf(settled)
  const least = Math.min(...settled.map(({ megabytes }) => megabytes))
  const most = Math.max(...settled.map(({ megabytes }) => megabytes))
  process.stdout.write(
    `${written} records written and ${read} read in ${(lastsMs / 60_000).toFixed(1)} minutes; ` +
      `${least.toFixed(1)} to ${most.toFixed(1)} MB held, slope ${slope.toFixed(1)} MB an hour\n`,
  )
  return [
    {
      name: 'heap and buffers held, slope',
      ours: slope,
      unit: 'MB/hour',
      goal: `<= ${flatMbPerHour}`,
      met: slope <= flatMbPerHour,
    },
  ]
}
