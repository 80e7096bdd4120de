// Messages of all shapes, in all codecs and with all kinds of acknowledgement, read back by a group.

import { CompressionTypes, Kafka, logLevel } from 'kafkajs'
import { type FaceProgram, until } from '../stage.ts'

export const program: FaceProgram = async ({ brokers, prefix }) => {
  const kafka = new Kafka({ brokers, clientId: 'face', logLevel: logLevel.NOTHING })
  const topic = `${prefix}sending`
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 3 }] })
  await admin.disconnect()
  const producer = kafka.producer()
  const heard: string[] = []
  producer.on(producer.events.CONNECT, ({ type }) => heard.push(type))
  producer.on(producer.events.DISCONNECT, ({ type }) => heard.push(type))
  await producer.connect()
  const answers: unknown[] = []
  const note = (answer: readonly object[] = []): void => {
    for (const one of answer) {
      const { topicName, partition, errorCode, baseOffset } = one as Record<string, unknown>
      answers.push({ topicName, partition, errorCode, baseOffset })
    }
  }
  for (const compression of [CompressionTypes.None, CompressionTypes.GZIP]) {
    for (const acks of [-1, 1]) {
      const messages = [
        {
          key: 'a',
          value: `text ${compression} ${acks}`,
          partition: 0,
          timestamp: '1600000000000',
        },
        { key: Buffer.from('b'), value: Buffer.from([0, 255, 1]), partition: 0 },
        {
          key: 'c',
          value: null,
          partition: 0,
          headers: { one: 'x', two: ['y', Buffer.from('z')] },
        },
      ]
      note(await producer.send({ topic, acks, compression, messages }))
    }
  }
  const [first, second] = ['k1', 'k2'].map((key) => ({ topic, messages: [{ key, value: key }] }))
  note(await producer.sendBatch({ topicMessages: [first, second].flatMap((one) => one ?? []) }))
  await producer.disconnect()

  const consumer = kafka.consumer({ groupId: `${prefix}readers` })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    heard.push(
      `${payload.groupId} ${payload.groupProtocol} ${JSON.stringify(payload.memberAssignment)}`,
    )
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  const read: unknown[] = []
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const { key, value, offset, headers = {}, timestamp } = message
      const list = Object.entries(headers).map(([name, one]) => {
        return [name, [one].flat().map(String)]
      })
      const time = timestamp === '1600000000000' ? timestamp : 'now'
      read.push([partition, offset, key?.toString('hex'), value?.toString('hex'), list, time])
    },
  })
  await until(() => read.length === 14, 'reading')
  await consumer.disconnect()
  answers.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  return { answers, heard, read: read.map((one) => JSON.stringify(one)).sort() }
}
