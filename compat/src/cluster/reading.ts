// Reads topics to their ends, as somebody does who comes when all is over.

import { connect, nullable, string, topic } from '@samsa/client'
import { partitions } from './writers.ts'

/** The value that ends each partition. */
const last = 'the end'

/** How often each value is in a topic, as committed. */
export async function readAll(
  brokers: readonly string[],
  name: string,
): Promise<ReadonlyMap<string, number>> {
  await using kafka = connect({ brokers: brokers.join(',') })
  const log = topic(name, { key: nullable(string), value: string })
  const all = Array.from({ length: partitions }, (_, partition) => partition)
  for (const partition of all) {
    await kafka.producer().send(log, { key: null, value: last, partition })
  }
  await using consumer = kafka.consumer<typeof log>({ isolationLevel: 'read_committed' })
  consumer.assign(all.map((partition) => ({ topic: log, partition, from: 'earliest' as const })))
  const read = new Map<string, number>()
  let ended = 0
  for await (const { value } of consumer) {
    if (value === last) ended++
    else read.set(value, (read.get(value) ?? 0) + 1)
    if (ended === partitions) break
  }
  return read
}
