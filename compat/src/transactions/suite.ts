// Exactly once with other people's clients and ours: workers read one topic and write each record to another in transactions that
// also carry the group's offset, while they and the broker are killed at random. In the end the outputs, read with
// read_committed, hold every input exactly once.
//
//   npm run compat -- transactions [--rounds N] [--seed N]

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Admin, Kafka, logLevel } from 'kafkajs'
import { Random } from '../fuzz/random.ts'
import { kafkaClassPath, kafkaNeeds } from '../kafka/artifacts.ts'
import { modernPython, modernPythonNeeds } from '../python/environment.ts'
import { optionOf } from '../runner/options.ts'
import { Checks, type Suite } from '../runner/suite.ts'
import { SamsaProcess } from '../samsa/process.ts'
import { checkTools } from './tools.ts'
import { Worker } from './worker.ts'

const input = 'transfers'
const partitions = 3
const recordsPerRound = 30

/** For the tools alone. */
const untouched = 'untouched'

/** Each kind of client has its group and its output. */
const kinds = ['kafkajs', 'java', 'librdkafka', 'samsa'] as const
const outputOf = (kind: string): string => `transfers-by-${kind}`
const groupOf = (kind: string): string => `workers-by-${kind}`

/** Time that the workers have to finish when nobody is killed any more. */
const finishLimitMs = 60_000

const settings = {
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
}

function workersOf(bootstrap: string): Worker[] {
  const words = (kind: string, id: string): string[] => [
    bootstrap,
    input,
    outputOf(kind),
    groupOf(kind),
    id,
  ]
  const script = join(import.meta.dirname, 'kafkajs-worker.ts')
  const own = ['--conditions=@samsa/source', join(import.meta.dirname, 'samsa-worker.ts')]
  const python = join(import.meta.dirname, 'librdkafka_worker.py')
  const source = join(import.meta.dirname, 'TransactionalWorker.java')
  const java = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', kafkaClassPath('4.3.1'), source]
  return [
    new Worker('kafkajs', process.execPath, [script, ...words('kafkajs', 'kafkajs')]),
    new Worker('Java 1', 'java', [...java, ...words('java', 'java-1')]),
    new Worker('Java 2', 'java', [...java, ...words('java', 'java-2')]),
    new Worker('samsa 1', process.execPath, [...own, ...words('samsa', 'samsa-1')]),
    new Worker('samsa 2', process.execPath, [...own, ...words('samsa', 'samsa-2')]),
    ...['librdkafka-1', 'librdkafka-2'].map(
      (id) => new Worker(id, modernPython, [python, ...words('librdkafka', id)]),
    ),
  ]
}

/** How far the group is behind, over all partitions. */
async function lagOf(admin: Admin, groupId: string): Promise<number> {
  const ends = await admin.fetchTopicOffsets(input)
  const [committed] = await admin.fetchOffsets({ groupId, topics: [input] })
  return ends.reduce((lag, { partition, offset }) => {
    const at = committed?.partitions.find((each) => each.partition === partition)?.offset ?? '-1'
    return lag + Number(offset) - Math.max(Number(at), 0)
  }, 0)
}

/** Everything a consumer with read_committed sees of a topic. */
async function readAll(kafka: Kafka, topic: string, expected: number): Promise<string[]> {
  const consumer = kafka.consumer({ groupId: `reader-of-${topic}`, readUncommitted: false })
  const seen: string[] = []
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    eachMessage: async ({ message }) => {
      seen.push(message.value?.toString() ?? '')
    },
  })
  const deadline = performance.now() + 20_000
  while (seen.length < expected && performance.now() < deadline) await delay(50)
  // What should not be there would come now.
  await delay(500)
  await consumer.disconnect()
  return seen
}

/** Transactions under SIGKILL. */
export const transactions: Suite = {
  name: 'transactions',
  summary: 'exactly once with kafkajs, Java and librdkafka while they and the broker are killed',
  needs: [...kafkaNeeds('4.3.1'), ...modernPythonNeeds],
  async run({ args, say }) {
    const checks = new Checks()
    const rounds = optionOf(args, 'rounds', process.env['CI'] === 'true' ? 20 : 200)
    const seed = optionOf(args, 'seed', Math.floor(Math.random() * 1e9))
    const random = new Random(seed)
    const directory = mkdtempSync(join(tmpdir(), 'samsa-transactions-'))
    let broker = await SamsaProcess.start({ directory, settings })
    const { port } = broker
    const bootstrap = `127.0.0.1:${port}`
    const retry = { retries: 20, initialRetryTime: 100, maxRetryTime: 1_000 }
    const kafka = new Kafka({
      clientId: 'suite',
      brokers: [bootstrap],
      logLevel: logLevel.NOTHING,
      retry,
    })
    const admin = kafka.admin()
    const workers: Worker[] = []
    const kills = { broker: 0, worker: 0 }
    try {
      await admin.connect()
      const topics = [input, ...kinds.map(outputOf)]
      await admin.createTopics({
        topics: topics.map((topic) => ({ topic, numPartitions: partitions })),
      })
      await admin.createTopics({ topics: [{ topic: untouched, numPartitions: 1 }] })
      workers.push(...workersOf(bootstrap))
      const feeder = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
      await feeder.connect()
      const inputs: string[] = []
      for (let round = 0; round < rounds; round++) {
        const values = Array.from({ length: recordsPerRound }, (_, i) => `${round}-${i}`)
        inputs.push(...values)
        const messages = values.map((value) => ({ key: value, value }))
        await feeder.send({ topic: input, acks: -1, messages })
        await delay(200 + random.below(1_500))
        if (round % 3 !== 2) {
          kills.worker += 1
          random.pick(workers).kill()
          continue
        }
        kills.broker += 1
        await broker.stop('SIGKILL')
        broker = await SamsaProcess.start({ directory, port, settings })
      }
      await feeder.disconnect()
      const { broker: ofBroker, worker: ofWorkers } = kills
      say(`${rounds} rounds (seed ${seed}): SIGKILL of ${ofBroker} brokers, ${ofWorkers} workers`)
      for (const kind of kinds) {
        const deadline = performance.now() + finishLimitMs
        let lag = await lagOf(admin, groupOf(kind))
        while (lag > 0 && performance.now() < deadline) {
          await delay(200)
          lag = await lagOf(admin, groupOf(kind))
        }
        const words = workers.map(({ name, lastWords }) => `${name}: ${lastWords}`).join('; ')
        checks.check(lag === 0, `${kind} is ${lag} records behind at the end; ${words}`)
      }
      await Promise.all(workers.map((worker) => worker.stop()))
      for (const kind of kinds) {
        const seen = await readAll(kafka, outputOf(kind), inputs.length)
        const distinct = new Set(seen)
        const missing = inputs.filter((value) => !distinct.has(value))
        checks.check(missing.length === 0, `${kind}: ${missing.length} inputs never came out`)
        const twice = seen.length - distinct.size
        checks.check(twice === 0, `${kind}: ${twice} outputs are there more than once`)
        say(`${kind}: ${seen.length} of ${inputs.length}`)
      }
      await broker.stop()
      const trusting = { ...settings, 'transaction.partition.verification.enable': 'false' }
      broker = await SamsaProcess.start({ directory, port, settings: trusting })
      await checkTools(port, untouched, checks)
      say('kafka-transactions')
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()))
      await admin.disconnect()
      await broker.stop('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
    }
    return checks.result()
  },
}
