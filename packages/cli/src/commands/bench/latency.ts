// `samsa bench latency`: a record is sent, and the time is taken until a consumer has it; then the next.

import type { ExitCode, Surroundings } from '../../command-line.ts'
import { withClient } from '../../connection/with-client.ts'
import { Progress } from '../../terminal/progress.ts'
import { benchTopic } from './bench-topic.ts'
import type { BenchFlags } from './command.ts'
import { showFigures, spread } from './figures.ts'
import { valueOf } from './throughput.ts'

/** Measures record by record. */
export async function latency(flags: BenchFlags, surroundings: Surroundings): Promise<ExitCode> {
  const { output, interrupted } = surroundings
  return await withClient<ExitCode>(flags, surroundings, async (client) => {
    const topic = await benchTopic(client, flags)
    const producer = client.producer({ acks: flags.acks, compressionType: flags.compression })
    const consumer = client.consumer<typeof topic>()
    const value = valueOf(flags.size)
    const send = (): Promise<unknown> => producer.send(topic, { key: null, value, partition: 0 })
    const places = [{ topic, partition: 0 }]
    const [end] = await consumer.offsets(places, 'latest')
    consumer.assign([{ topic, partition: 0, from: end?.offset ?? 'latest' }])
    const samples: number[] = []
    using _progress = new Progress(output, () => `${samples.length} of ${flags.records}`)
    let sentAt = performance.now()
    let sending = send()
    let isWarm = false
    try {
      for await (const _batch of consumer.batches({ signal: interrupted })) {
        // The first record pays for connections.
        if (isWarm) samples.push(performance.now() - sentAt)
        isWarm = true
        await sending
        if (samples.length >= flags.records) break
        sentAt = performance.now()
        sending = send()
      }
    } catch (error) {
      if (!interrupted.aborted || error !== interrupted.reason) throw error
    }
    await sending
    await showFigures(output, flags.json, { records: samples.length, ...spread(samples) })
    return 0
  })
}
