// One data directory in turns: Apache Kafka creates the topics, Samsa writes them, Kafka serves and extends them, Samsa
// serves and extends those, and so on, with orderly shutdowns and without. After each turn both must show the same.

import {
  appendFileSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { errorName } from '@samsa/protocol'
import { KafkaBroker } from '../kafka/broker.ts'
import type { Checks } from '../runner/suite.ts'
import { WireClient } from '../wire/wire-client.ts'
import { difference } from './difference.ts'
import { createTopics, leads, produce } from './kafka-topics.ts'
import {
  type PartitionView,
  type Questions,
  questionsFor,
  viewOfKafka,
  viewOfSamsa,
} from './partition-view.ts'
import { openLogs } from './samsa-logs.ts'
import { newTopics, writeTopics } from './samsa-writes.ts'
import { checkCompacted, checkWritten } from './tools-part.ts'
import { batchOf, type WrittenTopic } from './written-topic.ts'

/** What one side showed, for the other to show the same. */
interface Shown {
  readonly questions: Questions
  readonly view: PartitionView
}

interface Turns {
  readonly work: string
  readonly topics: readonly WrittenTopic[]
  readonly ids: ReadonlyMap<string, string>
  readonly checks: Checks
  readonly say: (line: string) => void
}

/** The cluster id that the broker's directory is formatted with. */
const CLUSTER_ID = 'AAAAAAAAAAAAAAAAAAAAAQ'

const marker = '.kafka_cleanshutdown'

/** Runs all turns. */
export async function checkBrokers(
  work: string,
  checks: Checks,
  say: (line: string) => void,
): Promise<void> {
  const topics = newTopics(Date.now())
  const kafka = join(work, 'kafka')
  const ids = await withKafka(kafka, 'SIGTERM', (client) => createTopics(client, topics))
  const turns: Turns = { work, topics, ids, checks, say }

  say('Samsa writes the topics and closes')
  const written = await samsaWrites(turns)
  takeOver(join(work, 'samsa'), join(kafka, 'data'), topics, checks)

  say("Kafka starts on Samsa's directories, serves them and writes on")
  const extended = await withKafka(kafka, 'SIGTERM', async (client) => {
    await compareWithKafka(turns, client, written, 'after an orderly shutdown of Samsa')
    await kafkaExtends(turns, client)
    return await viewsOfKafka(turns, client, written)
  })
  checkKafkaLog(kafka, 'orderly', checks)

  say("Samsa opens Kafka's directories, writes on and is not closed")
  cpSync(join(kafka, 'data'), join(work, 'samsa-2'), { recursive: true })
  const unclosed = await samsaExtends(turns, extended)

  say("Kafka recovers Samsa's directories, writes on and is killed")
  const killed = await withKafka(kafka, 'SIGKILL', async (client) => {
    await compareWithKafka(turns, client, unclosed, 'after a crash of Samsa')
    await kafkaExtends(turns, client)
    return await viewsOfKafka(turns, client, unclosed)
  })

  say("Samsa recovers Kafka's directories")
  await samsaShows(turns, join(kafka, 'data'), killed, 'after a crash of Kafka')
}

async function withKafka<T>(
  directory: string,
  signal: 'SIGTERM' | 'SIGKILL',
  action: (client: WireClient) => Promise<T>,
): Promise<T> {
  const broker = await KafkaBroker.start({ release: '4.3.1', directory, heapMegabytes: 384 })
  try {
    using client = await WireClient.connect(broker.port)
    const result = await action(client)
    await broker.stop(signal)
    return result
  } finally {
    await broker.stop('SIGKILL')
  }
}

/** The first turn of Samsa: everything a log can hold, compacted where that is wanted, closed in order. */
async function samsaWrites({ work, topics, ids, checks }: Turns): Promise<Map<string, Shown>> {
  const logs = await openSamsa(join(work, 'samsa'), topics)
  for (const topic of topics) await topic.open(logs, ids.get(topic.name) ?? '')
  await writeTopics(topics)
  for (const topic of topics) await checkWritten(topic, checks)
  await logs.compact()
  for (const topic of topics) {
    if (topic.name === 'compacted') await checkCompacted(topic, checks)
    if (topic.name !== 'segments') continue
    await topic.log.deleteRecordsBefore(101)
    // Segments before the start that are not removed yet hide later records from Kafka's search by time.
    await topic.log.maintain('retention')
  }
  const shown = await viewsOfSamsa(topics)
  await logs.close()
  return shown
}

function openSamsa(path: string, topics: readonly WrittenTopic[]): ReturnType<typeof openLogs> {
  const settings = new Map(topics.map((topic) => [topic.name, topic.settings]))
  const topicSettings = (topic: string): Readonly<Record<string, string>> =>
    settings.get(topic) ?? {}
  return openLogs({ path, clusterId: CLUSTER_ID, topicSettings })
}

async function viewsOfSamsa(topics: readonly WrittenTopic[]): Promise<Map<string, Shown>> {
  const shown = new Map<string, Shown>()
  for (const { name, log } of topics) {
    const questions = await questionsFor(log)
    shown.set(name, { questions, view: await viewOfSamsa(log, questions) })
  }
  return shown
}

async function viewsOfKafka(
  { topics }: Turns,
  client: WireClient,
  before: ReadonlyMap<string, Shown>,
): Promise<Map<string, Shown>> {
  const shown = new Map<string, Shown>()
  for (const { name } of topics) {
    const { times = [], epochs = [] } = before.get(name)?.questions ?? {}
    const questions = { times, epochs }
    shown.set(name, { questions, view: await viewOfKafka(client, name, questions) })
  }
  return shown
}

/** Puts the files that Samsa left in the place of Kafka's, with the checkpoints and the marker that belong to them. */
function takeOver(from: string, to: string, topics: readonly WrittenTopic[], checks: Checks): void {
  for (const { name } of topics) {
    const [ours, theirs] = [join(from, `${name}-0`), join(to, `${name}-0`)]
    const metadata = (folder: string): string =>
      readFileSync(join(folder, 'partition.metadata'), 'utf8')
    checks.check(metadata(ours) === metadata(theirs), `partition.metadata of ${name} differs`)
    rmSync(theirs, { recursive: true })
    mkdirSync(theirs)
    for (const file of readdirSync(ours)) copyFileSync(join(ours, file), join(theirs, file))
  }
  rmSync(join(to, marker), { force: true })
  for (const file of readdirSync(from)) {
    const isState = file.endsWith('-checkpoint') || file === marker
    if (isState) copyFileSync(join(from, file), join(to, file))
  }
}

async function compareWithKafka(
  { topics, checks, say }: Turns,
  client: WireClient,
  shown: ReadonlyMap<string, Shown>,
  when: string,
): Promise<void> {
  for (const { name } of topics) {
    await leads(client, name)
    const expected = shown.get(name)
    if (expected === undefined) throw new Error(`${name} was not looked at`)
    const view = await viewOfKafka(client, name, expected.questions)
    compareViews(`Kafka ${when}: ${name}`, expected.view, view, checks)
    say(`Kafka serves ${view.records.length} records of ${name} ${when}`)
  }
}

/** One check for each question, so that a difference names it. */
function compareViews(
  what: string,
  expected: PartitionView,
  actual: PartitionView,
  checks: Checks,
): void {
  checks.check(expected.records.length > 0, `${what} has no records`)
  for (const question of Object.keys(expected) as (keyof PartitionView)[]) {
    const found = difference(expected[question], actual[question])
    checks.check(found === undefined, `${what}: ${question}${found}`)
  }
}

/** Kafka appends where Samsa stopped: its producers' next batches, and again what it has already. */
async function kafkaExtends({ topics, checks }: Turns, client: WireClient): Promise<void> {
  for (const topic of topics) {
    const records = Array.from({ length: 4 }, (_, i) => ({
      key: `from Kafka ${i}`,
      value: `value ${i}`,
      timestamp: Date.now() - 1000 + i,
    }))
    const plain = await produce(client, topic.name, batchOf(records, { compression: 'gzip' }))
    checks.check(
      plain.errorCode === 0,
      `${topic.name}: Kafka answers ${errorName(plain.errorCode)}`,
    )
    if (topic.name !== 'segments') continue
    const baseSequence = topic.nextSequence(901)
    const producer = { producerId: 901, producerEpoch: 2 }
    const next = batchOf(records, { ...producer, baseSequence })
    const first = await produce(client, topic.name, next)
    checks.check(first.errorCode === 0, `the producer goes on: ${errorName(first.errorCode)}`)
    const again = await produce(client, topic.name, next)
    checks.check(again.baseOffset === first.baseOffset, 'Kafka knows a repeated batch')
    const gap = batchOf(records, { ...producer, baseSequence: baseSequence + 100 })
    const refused = errorName((await produce(client, topic.name, gap)).errorCode)
    checks.check(refused === 'OUT_OF_ORDER_SEQUENCE_NUMBER', `a gap is answered with ${refused}`)
    topic.skipSequences(901, records.length)
  }
}

/** Samsa serves what Kafka left, writes on, and leaves without closing, the end of one log torn. */
async function samsaExtends(
  turns: Turns,
  before: ReadonlyMap<string, Shown>,
): Promise<Map<string, Shown>> {
  const { work, topics, ids, checks } = turns
  const path = join(work, 'samsa-2')
  const logs = await openSamsa(path, topics)
  try {
    for (const topic of topics) {
      await topic.open(logs, ids.get(topic.name) ?? '')
      await compareSamsa(topic, before, 'Samsa after an orderly shutdown of Kafka', checks)
      topic.leaderEpoch = topic.log.latestEpoch ?? 0
      const records = [{ key: 'from Samsa', value: 'again' }]
      await topic.append(records, { compression: 'snappy' })
      if (topic.name === 'segments') {
        await topic.append(records, { producerId: 901, producerEpoch: 2 })
      }
    }
    const shown = await viewsOfSamsa(topics)
    takeOver(path, join(work, 'kafka', 'data'), topics, checks)
    const torn = join(work, 'kafka', 'data', 'codecs-0')
    const active =
      readdirSync(torn)
        .filter((file) => file.endsWith('.log'))
        .sort()
        .at(-1) ?? ''
    const half = batchOf([{ key: 'torn', value: 'torn', timestamp: Date.now() }], {}).subarray(
      0,
      50,
    )
    appendFileSync(join(torn, active), half)
    return shown
  } finally {
    await logs.close()
  }
}

async function compareSamsa(
  { name, log }: WrittenTopic,
  shown: ReadonlyMap<string, Shown>,
  when: string,
  checks: Checks,
): Promise<void> {
  const expected = shown.get(name)
  if (expected === undefined) throw new Error(`${name} was not looked at`)
  const view = await viewOfSamsa(log, expected.questions)
  compareViews(`${when}: ${name}`, expected.view, view, checks)
}

async function samsaShows(
  { topics, ids, checks }: Turns,
  path: string,
  shown: ReadonlyMap<string, Shown>,
  when: string,
): Promise<void> {
  checks.check(!existsSync(join(path, marker)), 'a killed Kafka leaves no marker')
  const logs = await openSamsa(path, topics)
  try {
    for (const topic of topics) {
      await topic.open(logs, ids.get(topic.name) ?? '')
      await compareSamsa(topic, shown, `Samsa ${when}`, checks)
    }
  } finally {
    await logs.close()
  }
}

/** A start on directories that were closed in order finds nothing to repair. */
function checkKafkaLog(kafka: string, when: string, checks: Checks): void {
  const said = readFileSync(join(kafka, 'kafka.log'), 'utf8').split('\n')
  const complaints = said.filter((line) => / ERROR |corrupt|Rebuilding|unclean/i.test(line))
  checks.check(complaints.length === 0, `Kafka, ${when}: ${complaints.slice(0, 3).join(' | ')}`)
}
