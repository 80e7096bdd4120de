// The work under which our client can be profiled. This file runs as a process of its own, next to an undisturbed broker:
// each message `{ seconds }` from its parent is one stretch of work, answered with `{ done }`.

import { bytes, connect, nullable, topic } from '@samsa/client'
import { clientWorks, type ClientWork } from './client-works.ts'
import { loadTopic } from './loads.ts'

const [kind = '', port = ''] = process.argv.slice(2)
const kafka = connect({ brokers: `127.0.0.1:${port}` })
const log = topic(loadTopic, { key: nullable(bytes), value: bytes })
const record = { key: null, value: Buffer.alloc(100, 'x') }
const producer = kafka.producer({ lingerMs: 0, batchSize: 131_072 })
const recordsOf = (count: number) => Array.from({ length: count }, () => record)

/** Calls `send` on several lanes until the time is over. */
async function until(
  seconds: number,
  width: number,
  send: () => Promise<unknown>,
): Promise<number> {
  const endsAt = performance.now() + seconds * 1000
  let done = 0
  const lane = async (): Promise<void> => {
    while (performance.now() < endsAt) {
      await send()
      done += 1
    }
  }
  await Promise.all(Array.from({ length: width }, lane))
  return done
}

/** Reads from the beginning again and again; counts thousands of records. */
async function consume(seconds: number): Promise<number> {
  const endsAt = performance.now() + seconds * 1000
  let count = 0
  while (performance.now() < endsAt) {
    const consumer = kafka.consumer<typeof log>()
    consumer.assign([{ topic: log, partition: 0, from: 'earliest' }])
    let read = 0
    for await (const { records } of consumer.batches()) {
      read += records.length
      if (read >= recordsToRead || performance.now() > endsAt) break
    }
    count += read
    await consumer.close()
  }
  return Math.round(count / 1000)
}

const recordsToRead = 500_000
const thousand = recordsOf(1000)
const hundred = recordsOf(100)
const works: Readonly<Record<ClientWork, (seconds: number) => Promise<number>>> = {
  'client-single': (seconds) => until(seconds, 1, () => producer.send(log, record)),
  'client-batch': (seconds) => until(seconds, 1, () => producer.sendAll(log, hundred)),
  'client-produce': (seconds) => until(seconds, 32, () => producer.sendAll(log, thousand)),
  'client-consume': consume,
}
if (!(kind in clientWorks)) throw new RangeError(`no work ${kind}`)
const work = works[kind as ClientWork]
if (kind === 'client-consume') {
  for (let i = 0; i < recordsToRead; i += 1000) await producer.sendAll(log, thousand)
}
process.on('message', ({ seconds }: { readonly seconds: number }) => {
  void work(seconds).then((done) => process.send?.({ done }))
})
process.on('disconnect', () => process.exit(0))
process.send?.({ done: 0 })
