// Exactly once with other people's clients and ours: workers read one topic and write each record to another in transactions that
// also carry the group's offset, while they and the broker are killed at random. In the end the outputs, read with
// read_committed, hold every input exactly once.
//
//   npm run compat -- transactions [--rounds N] [--seed N] [--kinds KIND,…]

import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
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
import { runProgram } from '../target/program.ts'
import { storyOfTwice } from './story.ts'
import { checkTools } from './tools.ts'
import { Worker } from './worker.ts'

const input = 'transfers'
const partitions = 3
const recordsPerRound = 30

/** For the tools alone. */
const untouched = 'untouched'

/** Each kind of client has its group and its output. */
const allKinds = ['kafkajs', 'java', 'librdkafka', 'samsa']
const outputOf = (kind: string): string => `transfers-by-${kind}`
const groupOf = (kind: string): string => `workers-by-${kind}`

/** Time that the workers have to finish when nobody is killed any more. */
const finishLimitMs = 60_000

const settings = {
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500',
}

function workersOf(bootstrap: string, kinds: readonly string[], logs: string): Worker[] {
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
  const programs: Readonly<Record<string, readonly [program: string, ...args: string[]]>> = {
    kafkajs: [process.execPath, script],
    java: ['java', ...java],
    samsa: [process.execPath, ...own],
    librdkafka: [modernPython, python],
  }
  return kinds.flatMap((kind) => {
    const [program, ...args] = programs[kind] ?? ['false']
    // kafkajs does not fence by generation (KIP-447): two workers of one group would not be safe.
    const ids = kind === 'kafkajs' ? [kind] : [`${kind}-1`, `${kind}-2`]
    return ids.map(
      (id) => new Worker(id, join(logs, `${id}.log`), program, [...args, ...words(kind, id)]),
    )
  })
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

/**
 * Everything a consumer with read_committed sees of a topic. librdkafka's, since kafkajs lets records of aborted
 * transactions through where a fetch begins within several that overlap.
 */
async function readAll(bootstrap: string, topic: string): Promise<string[]> {
  const script = join(import.meta.dirname, 'librdkafka_reader.py')
  const args = [script, bootstrap, topic]
  const ended = await runProgram({ program: modernPython, args, limitMs: 90_000 })
  if (ended.exitCode !== 0) throw new Error(`The reader of ${topic} failed: ${ended.stderr}`)
  return ended.stdout.split('\n').filter((line) => line !== '')
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
    const kindsAt = args.indexOf('--kinds')
    const kinds = kindsAt === -1 ? allKinds : (args[kindsAt + 1] ?? '').split(',')
    const random = new Random(seed)
    const parent = mkdtempSync(join(tmpdir(), 'samsa-transactions-'))
    const directory = join(parent, 'data')
    const logs = join(parent, 'logs')
    mkdirSync(logs)
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
    const doubled: { topic: string; groupId: string; value: string }[] = []
    try {
      await admin.connect()
      const topics = [input, ...kinds.map(outputOf)]
      await admin.createTopics({
        topics: topics.map((topic) => ({ topic, numPartitions: partitions })),
      })
      await admin.createTopics({ topics: [{ topic: untouched, numPartitions: 1 }] })
      workers.push(...workersOf(bootstrap, kinds, logs))
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
      const ended = workers.filter(({ said }) => said.includes('unsettled')).map(({ name }) => name)
      checks.check(ended.length === 0, `${ended.join(', ')} ended while the broker was away`)
      for (const kind of kinds) {
        const seen = await readAll(bootstrap, outputOf(kind))
        const distinct = new Set(seen)
        const missing = inputs.filter((value) => !distinct.has(value))
        checks.check(missing.length === 0, `${kind}: ${missing.length} inputs never came out`)
        const twice = seen.length - distinct.size
        checks.check(twice === 0, `${kind}: ${twice} outputs are there more than once`)
        say(`${kind}: ${seen.length} of ${inputs.length}`)
        const value = seen.find((each, i) => seen.indexOf(each) !== i)
        if (value !== undefined) {
          doubled.push({ topic: outputOf(kind), groupId: groupOf(kind), value })
        }
      }
      await broker.stop()
      const [logDirectory = ''] = readdirSync(directory).filter((each) => each.startsWith('broker'))
      for (const each of doubled) {
        for (const line of storyOfTwice(join(directory, logDirectory), each)) say(line)
      }
      const trusting = { ...settings, 'transaction.partition.verification.enable': 'false' }
      broker = await SamsaProcess.start({ directory, port, settings: trusting })
      if (kinds.includes('java')) await checkTools(port, untouched, checks)
      say('kafka-transactions')
    } finally {
      await Promise.all(workers.map((worker) => worker.stop()))
      await admin.disconnect()
      await broker.stop('SIGKILL')
      const isKept = checks.result().failures.length > 0 && process.env['CI'] !== 'true'
      if (isKept) say(`what was written and said is kept in ${parent}`)
      else rmSync(parent, { recursive: true, force: true })
    }
    return checks.result()
  },
}
