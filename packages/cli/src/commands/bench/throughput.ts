// `samsa bench produce` and `consume`: how many records a second.

import type { ExitCode, Surroundings } from '../../command-line.ts'
import { withClient } from '../../connection/with-client.ts'
import { Progress } from '../../terminal/progress.ts'
import { benchTopic } from './bench-topic.ts'
import type { BenchFlags } from './command.ts'
import { showFigures, speed, spread } from './figures.ts'

/** Records of one call, and calls on their way at a time. */
const callRecords = 1000
const mostCalls = 32
/** Reading ends when nothing has come for so long. */
const silenceMs = 1000

/** Writes records; the times are those of calls of a thousand records. */
export async function produce(flags: BenchFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { output, interrupted } = surroundings
  return await withClient<ExitCode>(flags, surroundings, async (client) => {
    const topic = await benchTopic(client, flags)
    const producer = client.producer({ acks: flags.acks, compressionType: flags.compression })
    const record = { key: null, value: valueOf(flags.size) }
    const samples: number[] = []
    let written = 0
    let begun = 0
    using _progress = new Progress(output, () => `${written} of ${flags.records} records`)
    const startedAt = performance.now()
    const lane = async (): Promise<void> => {
      while (begun < flags.records && !interrupted.aborted) {
        const count = Math.min(callRecords, flags.records - begun)
        begun += count
        const calledAt = performance.now()
        await producer.sendAll(topic, Array<typeof record>(count).fill(record))
        samples.push(performance.now() - calledAt)
        written += count
      }
    }
    await Promise.all(Array.from({ length: mostCalls }, lane))
    const elapsedMs = performance.now() - startedAt
    const figures = { ...speed(written, written * flags.size, elapsedMs), ...spread(samples) }
    await showFigures(output, flags.json, figures)
    return 0
  })
}

/** Text that compresses about as well as JSON does. */
export function valueOf(size: number): Buffer {
  const words = Buffer.alloc(size)
  for (let i = 0; i < size; i++) words[i] = 97 + ((i * i * 31 + (i >> 3)) % 26)
  return words
}

/** Reads from the beginning. */
export async function consume(flags: BenchFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { output, interrupted } = surroundings
  return await withClient<ExitCode>(flags, surroundings, async (client) => {
    const topic = await benchTopic(client, flags)
    const consumer = client.consumer<typeof topic>({ maxPollRecords: 10_000 })
    await consumer.assignAll([topic], 'earliest')
    let read = 0
    let bytes = 0
    let lastAt = performance.now()
    const startedAt = lastAt
    using _progress = new Progress(output, () => `${read} records`)
    const done = new AbortController()
    const signal = AbortSignal.any([done.signal, interrupted])
    const look = setInterval(() => {
      if (performance.now() - lastAt > silenceMs) done.abort()
    }, 50)
    try {
      for await (const { records } of consumer.batches({ signal })) {
        read += records.length
        for (const { value } of records) bytes += value.length
        lastAt = performance.now()
        if (read >= flags.records) break
      }
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error
    } finally {
      clearInterval(look)
    }
    await showFigures(output, flags.json, speed(read, bytes, lastAt - startedAt))
    return 0
  })
}
