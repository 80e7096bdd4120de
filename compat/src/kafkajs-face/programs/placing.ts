// Where partitioners put messages: those that come with kafkajs, and one of the program's own.

import { Kafka, logLevel, Partitioners } from 'kafkajs'
import type { FaceProgram } from '../stage.ts'

export const program: FaceProgram = async ({ brokers, prefix }) => {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING })
  const topic = `${prefix}placing`
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 3 }] })
  const own = () => {
    return ({
      partitionMetadata,
      message,
    }: Parameters<ReturnType<typeof Partitioners.DefaultPartitioner>>[0]) => {
      const led = partitionMetadata.filter(({ leader }) => leader >= 0).length
      return (message.value?.length ?? 0) % led
    }
  }
  const { DefaultPartitioner, LegacyPartitioner, JavaCompatiblePartitioner } = Partitioners
  const all = [undefined, DefaultPartitioner, LegacyPartitioner, JavaCompatiblePartitioner, own]
  const places: Record<string, string> = {}
  for (const [index, createPartitioner] of all.entries()) {
    const producer = kafka.producer(createPartitioner === undefined ? {} : { createPartitioner })
    await producer.connect()
    const placed: number[] = []
    for (let i = 0; i < 60; i++) {
      const key = `${'clé'.repeat(i % 5)}${i}`
      const answer = await producer.send({ topic, messages: [{ key, value: 'v'.repeat(i) }] })
      placed.push(answer[0]?.partition ?? -1)
    }
    places[index] = placed.join('')
    await producer.disconnect()
  }
  await admin.disconnect()
  return places
}
