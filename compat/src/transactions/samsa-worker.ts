// Reads one topic and writes each record to another, exactly once, with our client: a group's member whose generation
// fences the one before (KIP-447), so that several may run. Ends at the first error; whoever started it starts it again.
//
//   node samsa-worker.ts BOOTSTRAP INPUT OUTPUT GROUP TRANSACTIONAL_ID

import { bytes, connect, nullable, topic } from '@samsa/client'

const [bootstrap = '', input = '', output = '', group = '', transactionalId = ''] =
  process.argv.slice(2)

const serdes = { key: nullable(bytes), value: nullable(bytes) }
const from = topic(input, serdes)
const to = topic(output, serdes)
const kafka = connect({ brokers: bootstrap })
const producer = kafka.producer({ transactionalId, transactionTimeoutMs: 10_000 })
// What an earlier worker left open is over then.
await (await producer.beginTransaction()).abort()
const consumer = kafka.consumer<typeof from>({
  group,
  topics: [from],
  commits: 'manual',
  autoOffsetReset: 'earliest',
  isolationLevel: 'read_committed',
})

/** As many records in a transaction. */
const together = 5

for await (const batch of consumer.batches()) {
  const { records } = batch
  for (let i = 0; i < records.length; ) {
    const part = records.slice(i, i + together)
    const isMeant = Math.random() >= 0.1
    const transaction = await producer.beginTransaction()
    for (const { key, value } of part) void transaction.send(to, { key, value })
    const last = part.at(-1)
    if (last !== undefined) await transaction.sendOffsets(consumer, last)
    if (!isMeant) {
      await transaction.abort()
      continue
    }
    await transaction.commit()
    i += part.length
  }
}
