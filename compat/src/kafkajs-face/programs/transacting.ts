// Transactions: what is committed is read, what is aborted is not, offsets go with it.

import { Kafka, logLevel } from 'kafkajs'
import { failure, type FaceProgram, until } from '../stage.ts'

export const program: FaceProgram = async ({ brokers, prefix }) => {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  const topic = `${prefix}transacting`
  const groupId = `${prefix}group`
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] })
  const producer = kafka.producer({
    transactionalId: `${prefix}id`,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  const states: unknown[] = [producer.isIdempotent()]
  const first = await producer.transaction()
  await first.send({ topic, messages: [{ key: 'k', value: 'aborted' }] })
  states.push(first.isActive())
  await first.abort()
  states.push(first.isActive())
  const second = await producer.transaction()
  await second.sendBatch({
    topicMessages: [{ topic, messages: [{ key: 'k', value: 'committed' }] }],
  })
  await second.sendOffsets({
    consumerGroupId: groupId,
    topics: [{ topic, partitions: [{ partition: 0, offset: '2' }] }],
  })
  await second.commit()
  states.push(await failure(second.send({ topic, messages: [{ value: 'late' }] })))
  await producer.disconnect()
  const read: string[] = []
  const consumer = kafka.consumer({ groupId: `${prefix}readers` })
  await consumer.connect()
  await consumer.subscribe({ topics: [new RegExp(`^${topic}$`)], fromBeginning: true })
  await consumer.run({ eachMessage: async ({ message }) => void read.push(String(message.value)) })
  await until(() => read.length > 0, 'the committed one')
  await consumer.disconnect()
  const offsets = await admin.fetchOffsets({ groupId, topics: [topic] })
  await admin.disconnect()
  return { states, read, offsets: offsets[0]?.partitions.map(({ offset }) => offset) }
}
