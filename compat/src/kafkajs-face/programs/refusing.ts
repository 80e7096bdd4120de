// What programs do wrong, and how they are told.

import { Kafka, logLevel } from 'kafkajs'
import { failure, type FaceProgram } from '../stage.ts'

export const program: FaceProgram = async ({ brokers, prefix }) => {
  const retry = { retries: 1, initialRetryTime: 10 }
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry })
  const topic = `${prefix}refusing`
  const results: Record<string, unknown> = {}
  const producer = kafka.producer({ allowAutoTopicCreation: false, idempotent: true })
  const one = { topic, messages: [{ value: 'x' }] }
  results['disconnected'] = await failure(producer.send(one))
  await producer.connect()
  results['no value'] = await failure(producer.send({ topic, messages: [{} as { value: string }] }))
  results['no messages'] = await failure(producer.send({ topic } as typeof one))
  results['no topic'] = await failure(producer.send({ ...one, topic: '' }))
  results['acks'] = await failure(producer.send({ ...one, acks: 1 }))
  await producer.disconnect()
  results['no group'] = await failure(
    Promise.resolve().then(() => kafka.consumer({} as { groupId: string })),
  )
  const consumer = kafka.consumer({ groupId: `${prefix}group` })
  results['too early'] = await failure(
    Promise.resolve().then(() => consumer.seek({ topic, partition: 0, offset: '0' })),
  )
  results['nothing'] = await failure(consumer.subscribe({ topics: undefined as unknown as [] }))
  const plain = kafka.producer()
  results['no transactions'] = await plain
    .transaction()
    .then(() => 'a transaction')
    .catch((error: Error) => error.name)
  const removed = plain.on(plain.events.CONNECT, () => {})
  results['listeners'] = typeof removed
  results['no event'] = await failure(
    Promise.resolve().then(() => plain.on('producer.unknown' as 'producer.connect', () => {})),
  )
  return results
}
