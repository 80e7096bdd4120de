// Reads one topic and writes each record to another, exactly once, with kafkajs: transactions of protocol version 1. It
// knows no fencing by generation, so there is one worker, whose transactional id fences the one before. Ends at the
// first error; whoever started it starts it again.
//
//   node kafkajs-worker.ts BOOTSTRAP INPUT OUTPUT GROUP TRANSACTIONAL_ID

import { Kafka, logLevel } from 'kafkajs'

const [bootstrap = '', input = '', output = '', groupId = '', transactionalId = ''] =
  process.argv.slice(2)

const kafka = new Kafka({
  clientId: 'worker',
  brokers: [bootstrap],
  logLevel: logLevel.NOTHING,
  retry: { retries: 3, initialRetryTime: 100 },
})
const producer = kafka.producer({
  transactionalId,
  idempotent: true,
  maxInFlightRequests: 1,
  transactionTimeout: 10_000,
})
const consumer = kafka.consumer({
  groupId,
  sessionTimeout: 3_000,
  heartbeatInterval: 500,
  retry: { retries: 0 },
})
consumer.on(consumer.events.CRASH, () => process.exit(1))
process.on('unhandledRejection', () => process.exit(1))
await producer.connect()
// The id is taken before anything is read: what an earlier worker left open is over then.
await (await producer.transaction()).abort()
await consumer.connect()
await consumer.subscribe({ topic: input, fromBeginning: true })
await consumer.run({
  autoCommit: false,
  eachBatchAutoResolve: false,
  eachBatch: async (given) => {
    const { batch } = given
    try {
      for (let i = 0; i < batch.messages.length; i += 5) {
        const messages = batch.messages.slice(i, i + 5)
        const last = messages.at(-1)
        if (last === undefined) break
        const transaction = await producer.transaction()
        await transaction.send({
          topic: output,
          messages: messages.map(({ key, value }) => ({ key, value })),
        })
        if (Math.random() < 0.1) {
          await transaction.abort()
          i -= 5
          continue
        }
        const offset = String(Number(last.offset) + 1)
        const partitions = [{ partition: batch.partition, offset }]
        const topics = [{ topic: input, partitions }]
        await transaction.sendOffsets({ consumerGroupId: groupId, topics })
        await transaction.commit()
        given.resolveOffset(last.offset)
        await given.heartbeat()
      }
    } catch {
      process.exit(1)
    }
  },
})
