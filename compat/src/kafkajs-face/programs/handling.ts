// Handlers: failures are tried again, nothing is skipped; batches that resolve by themselves or not; seeking, pausing,
// committing by hand.

import { type Consumer, Kafka, logLevel } from 'kafkajs'
import { type FaceProgram, until } from '../stage.ts'

const retry = { initialRetryTime: 20, maxRetryTime: 50, retries: 3 }

export const program: FaceProgram = async ({ brokers, prefix }) => {
  const kafka = new Kafka({ brokers, logLevel: logLevel.NOTHING, retry })
  const topic = `${prefix}handling`
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] })
  const producer = kafka.producer()
  await producer.connect()
  const messages = Array.from({ length: 10 }, (_, i) => ({ key: 'k', value: String(i) }))
  await producer.send({ topic, messages })
  const open = async (group: string): Promise<Consumer> => {
    const consumer = kafka.consumer({ groupId: `${prefix}${group}`, retry })
    await consumer.connect()
    await consumer.subscribe({ topics: [topic], fromBeginning: true })
    return consumer
  }
  const committed = async (group: string): Promise<string | undefined> => {
    const found = await admin.fetchOffsets({ groupId: `${prefix}${group}`, topics: [topic] })
    return found[0]?.partitions[0]?.offset
  }
  const results: Record<string, unknown> = {}

  // A handler that fails twice gets the same message until it does not.
  let failures = 0
  const tried: string[] = []
  const failing = await open('failing')
  await failing.run({
    eachMessage: async ({ message }) => {
      tried.push(String(message.value))
      if (String(message.value) === '4' && failures++ < 2) throw new Error('not now')
    },
  })
  await until(() => tried.at(-1) === '9', 'the end after failures')
  await failing.disconnect()
  results['failing'] = [tried.join(), await committed('failing')]

  // A batch that is resolved half comes again from there.
  const halves: string[] = []
  const halving = await open('halving')
  await halving.run({
    eachBatchAutoResolve: false,
    eachBatch: async (payload) => {
      if (!payload.isRunning() || payload.isStale()) return
      for (const message of payload.batch.messages.slice(0, 3)) {
        halves.push(String(message.value))
        payload.resolveOffset(message.offset)
        await payload.heartbeat()
      }
    },
  })
  await until(() => halves.at(-1) === '9', 'the last half')
  await halving.disconnect()
  results['halving'] = [halves.join(), await committed('halving')]

  // Facts of a batch.
  const facts: unknown[] = []
  const knowing = await open('knowing')
  await knowing.run({
    eachBatch: async (payload) => {
      const { batch } = payload
      payload.resolveOffset(batch.lastOffset())
      facts.push(batch.isEmpty(), batch.firstOffset(), batch.lastOffset(), batch.highWatermark)
      facts.push(batch.offsetLag(), batch.offsetLagLow(), batch.partition)
      const [left] = payload.uncommittedOffsets().topics.flatMap(({ partitions }) => partitions)
      facts.push(Number(left?.partition), left?.offset)
    },
  })
  await until(() => facts.length > 0, 'a batch')
  await knowing.disconnect()
  results['knowing'] = facts

  // Committing by hand, then going on from there.
  const first: string[] = []
  const manual = await open('manual')
  await manual.run({
    autoCommit: false,
    eachMessage: async ({ message }) => void first.push(String(message.value)),
  })
  await until(() => first.length === 10, 'all by hand')
  await manual.commitOffsets([{ topic, partition: 0, offset: '7' }])
  await manual.disconnect()
  const again: string[] = []
  const resumed = await open('manual')
  await resumed.run({ eachMessage: async ({ message }) => void again.push(String(message.value)) })
  await until(() => again.length === 3, 'the rest')
  await resumed.disconnect()
  results['manual'] = [first.join(), again.join(), await committed('manual')]

  // Seeking while it runs, pausing and resuming.
  const moves: string[] = []
  const moving = await open('moving')
  await moving.run({ eachMessage: async ({ message }) => void moves.push(String(message.value)) })
  await until(() => moves.length === 10, 'the first round')
  moving.seek({ topic, partition: 0, offset: '8' })
  await until(() => moves.length === 12, 'the second round')
  moving.pause([{ topic }])
  results['paused'] = moving.paused()
  await producer.send({ topic, messages: [{ key: 'k', value: 'late' }] })
  await new Promise((resolve) => setTimeout(resolve, 300))
  moves.push('resumed')
  moving.resume([{ topic }])
  await until(() => moves.at(-1) === 'late', 'the late one')
  await moving.disconnect()
  results['moving'] = moves.join()

  // One topic from its beginning, the other from its end.
  const recent = `${prefix}recent`
  await admin.createTopics({ topics: [{ topic: recent, numPartitions: 1 }] })
  await producer.send({ topic: recent, messages: [{ key: 'k', value: 'old' }] })
  const starts: string[] = []
  const mixed = kafka.consumer({ groupId: `${prefix}mixed`, retry })
  await mixed.connect()
  await mixed.subscribe({ topic, fromBeginning: true })
  await mixed.subscribe({ topic: recent, fromBeginning: false })
  await mixed.run({ eachMessage: async ({ message }) => void starts.push(String(message.value)) })
  await until(() => starts.length === 11, 'all of the first')
  await new Promise((resolve) => setTimeout(resolve, 500))
  await producer.send({ topic: recent, messages: [{ key: 'k', value: 'new' }] })
  await until(() => starts.at(-1) === 'new', 'the new one')
  await mixed.disconnect()
  results['mixed'] = starts.join()
  await producer.disconnect()
  await admin.disconnect()
  return results
}
