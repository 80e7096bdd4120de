// The load of consumers: one connection that reads a partition from its start again and again, a megabyte at a time.

import { BatchWalk, Fetch } from '@samsa/protocol'
import { fetchFrame } from './frames.ts'
import { LoadConnection } from './load.ts'

const fetchBytes = 1 << 20

/** Reads for `seconds`; `amount` is in gigabytes of records. */
export async function consume(
  port: number,
  topic: string,
  seconds: number,
): Promise<{ readonly amount: number; readonly seconds: number }> {
  const startedAt = performance.now()
  const endsAt = startedAt + seconds * 1000
  let bytes = 0
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  let offset = 0
  const connection = await LoadConnection.open(
    port,
    (body) => {
      const answer = Fetch.response.decode(11, body ?? Buffer.alloc(0), 4)
      const partition = answer.responses[0]?.partitions[0]
      if (partition === undefined || partition.errorCode !== 0) {
        reject(new Error(`fetch failed with ${partition?.errorCode}`))
        return
      }
      const records = partition.records ?? Buffer.alloc(0)
      bytes += records.length
      const next = endOf(records)
      offset = next === -1 || next >= partition.highWatermark ? 0 : next
      if (performance.now() < endsAt) connection.send(fetchFrame(topic, 0, offset, fetchBytes))
      else resolve()
    },
    true,
  )
  connection.send(fetchFrame(topic, 0, offset, fetchBytes))
  await promise
  connection.close()
  return { amount: bytes / 1e9, seconds: (performance.now() - startedAt) / 1000 }
}

/** The offset after the last whole batch, -1 when there is none. */
function endOf(records: Buffer): number {
  const walk = new BatchWalk(records)
  let end = -1
  while (walk.next()) end = walk.batch.nextOffset
  return end
}
