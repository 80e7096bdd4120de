// A member of a group with a client of Node: prints the records it has processed as JSON lines, then commits them.
// SIGTERM lets it leave in order, SIGKILL is a crash.
//
//   node node-member.ts CLIENT BOOTSTRAP GROUP TOPIC
//
// `kafkajs`; `classic` and `consumer` are the two protocols of @platformatic/kafka; `samsa-consumer`, `samsa-ASSIGNOR` and
// `samsa-as-kafkajs`, whose assignor has kafkajs' name, are ours.

import { setTimeout as delay } from 'node:timers/promises'
import {
  Consumer,
  type ConsumerOptions,
  type Message,
  stringDeserializers,
} from '@platformatic/kafka'
import {
  type AssignorName,
  connect,
  roundRobinAssignor,
  string,
  topic as samsaTopic,
} from '@samsa/client'
import { Kafka, logLevel } from 'kafkajs'

const [client = '', bootstrap = '', groupId = '', topic = ''] = process.argv.slice(2)

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** A value holds the number of its record. */
function sayWrong(partition: number, offset: number, value: string | undefined): void {
  if (value !== String(offset)) say({ wrong: `${partition} ${offset}: ${value}` })
}

/** Resolves when the process is asked to end. */
const asked = new Promise<void>((resolve) => {
  process.once('SIGTERM', () => resolve())
})

async function runKafkajs(): Promise<void> {
  const kafka = new Kafka({ clientId: 'kafkajs', brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const consumer = kafka.consumer({ groupId, sessionTimeout: 10_000, heartbeatInterval: 1000 })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    say({ member: payload.memberId, assigned: payload.memberAssignment[topic] ?? [] })
  })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachBatch: async ({ batch }) => {
      const offsets = batch.messages.map(({ offset, value }) => {
        sayWrong(batch.partition, Number(offset), value?.toString())
        return Number(offset)
      })
      say({ partition: batch.partition, from: offsets[0], to: offsets.at(-1) })
    },
  })
  await asked
  await consumer.disconnect()
}

type Text = Message<string, string, string, string>

async function runPlatformatic(protocol: 'classic' | 'consumer'): Promise<void> {
  const times = { sessionTimeout: 10_000, heartbeatInterval: 1000, rebalanceTimeout: 15_000 }
  const consumer = new Consumer<string, string, string, string>({
    clientId: 'platformatic',
    bootstrapBrokers: [bootstrap],
    groupId,
    deserializers: stringDeserializers,
    maxWaitTime: 200,
    autocommit: false,
    ...(protocol === 'classic' ? times : { groupProtocol: protocol }),
  } as ConsumerOptions<string, string, string, string>)
  // What it reports while a group changes is its own; what it has processed is what is judged.
  consumer.on('error', () => {})
  consumer.on('consumer:group:join', () => {
    const partitions = consumer.assignments?.flatMap((each) => each.partitions) ?? []
    say({ member: consumer.memberId, generation: consumer.generationId, assigned: partitions })
  })
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'committed',
    fallbackMode: 'earliest',
  })
  const processed = new Map<number, number>()
  stream.on('error', () => {})
  stream.on('data', ({ partition, offset, value }: Text) => {
    sayWrong(partition, Number(offset), value)
    say({ partition, from: Number(offset), to: Number(offset) })
    processed.set(partition, Number(offset))
  })
  const commit = async (): Promise<void> => {
    const mine = new Set(consumer.assignments?.flatMap((each) => each.partitions))
    const offsets = Array.from(processed, ([partition, offset]) => ({
      topic,
      partition,
      offset: BigInt(offset) + 1n,
      leaderEpoch: 0,
    })).filter(({ partition }) => mine.has(partition))
    processed.clear()
    // A commit that is refused belongs to a generation that has ended.
    if (offsets.length > 0) await consumer.commit({ offsets }).catch(() => {})
  }
  let isAsked = false
  void asked.then(() => {
    isAsked = true
  })
  while (!isAsked) {
    await commit()
    await delay(200)
  }
  await consumer.close(true)
}

/** Ours: what a loop has moved past is processed, and committed before more is taken. */
async function runSamsa(how: string): Promise<void> {
  const kafka = connect({ brokers: bootstrap, clientId: 'samsa' })
  const numbers = samsaTopic(topic, { value: string })
  const kafkajs = { ...roundRobinAssignor, name: 'RoundRobinAssigner' }
  const assignors = how === 'as-kafkajs' ? [kafkajs] : [how as AssignorName]
  const consumer = kafka.consumer({
    group: groupId,
    topics: [numbers],
    autoOffsetReset: 'earliest',
    commits: 'processed',
    sessionTimeoutMs: 10_000,
    heartbeatIntervalMs: 1000,
    maxPollIntervalMs: 15_000,
    fetchMaxWaitMs: 200,
    ...(how === 'consumer' ? { groupProtocol: how } : { assignors }),
    onAssigned: () => {
      const { memberId, generationId } = consumer.groupMetadata()
      const assigned = consumer.assigned.map(({ partition }) => partition)
      say({ member: memberId, generation: generationId, assigned })
    },
  })
  void asked.then(() => consumer.close())
  for await (const { partition, records } of consumer.batches()) {
    for (const { offset, value } of records) sayWrong(partition, offset, value)
    say({ partition, from: records[0]?.offset, to: records.at(-1)?.offset })
  }
  await kafka.close()
}

if (client === 'kafkajs') await runKafkajs()
else if (client.startsWith('samsa-')) await runSamsa(client.slice('samsa-'.length))
else await runPlatformatic(client === 'consumer' ? client : 'classic')
process.exit(0)
