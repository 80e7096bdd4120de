// kafka-consumer-groups, Apache Kafka's own tool, by a transcript: what it prints about Samsa's groups and how it exits
// must be what it printed about Apache Kafka's.
//
// `commands.txt` has a line `$ WORDS` for each run and then what it prints, its lines in order of the alphabet and their
// columns one blank apart; member ids, addresses and times stand as MEMBER, COORDINATOR and so on.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import { kafkaClassPath } from '../kafka/artifacts.ts'
import type { Checks } from '../runner/suite.ts'
import type { Target } from '../target/target.ts'
import { Member, Processed } from './member.ts'

const topic = 'orders'
const partitions = 3
const recordsEach = 10
const transcript = join(import.meta.dirname, 'commands.txt')

/** A run of the tool and what it should print. */
interface Run {
  readonly words: string
  readonly lines: readonly string[]
}

function parseTranscript(text: string): Run[] {
  const runs: { words: string; lines: string[] }[] = []
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    if (line.startsWith('$ ')) runs.push({ words: line.slice(2), lines: [] })
    else runs.at(-1)?.lines.push(line)
  }
  return runs
}

/** The tool, kept running: starting it takes longer than what it does. */
class Tool implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly #lines: AsyncIterator<string>

  constructor(classes: string) {
    const words = ['-Xmx128m', '-cp', `${classes}:${kafkaClassPath('4.3.1')}`, 'GroupCommands']
    this.#process = spawn('java', words, { stdio: ['pipe', 'pipe', 'ignore'] })
    const { stdout } = this.#process
    if (stdout === null) throw new Error('the tool has no output')
    this.#lines = createInterface({ input: stdout })[Symbol.asyncIterator]()
  }

  /** Runs it once; resolves to what it printed, and `exit CODE`. */
  async run(words: string): Promise<string[]> {
    this.#process.stdin?.write(`${words}\n`)
    const printed: string[] = []
    for (;;) {
      const { value, done } = await this.#lines.next()
      if (done === true) return [...printed, 'exit by itself']
      if (value.startsWith('\u0001')) return [...printed, `exit ${value.slice(1)}`]
      printed.push(value)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exit = once(this.#process, 'exit')
    this.#process.stdin?.end()
    await exit
  }
}

/** The lines as they are compared. */
function plain(lines: readonly string[], target: Target): string[] {
  return (
    lines
      .map((line) =>
        line
          .replace(/\s+/g, ' ')
          .trim()
          .replaceAll(`${target.directory}/`, '')
          .replace(/127\.0\.0\.1:\d+ \(\d+\)/, 'COORDINATOR')
          .replace(/(?:kafkajs-|platformatic-)?[0-9a-f]{8}-[0-9a-f-]{27}/g, 'MEMBER'),
      )
      // Where in the tool an exception was thrown is its own affair.
      .filter((line) => line !== '' && !line.includes('SLF4J') && !line.startsWith('at '))
      .toSorted()
  )
}

async function prepare(bootstrap: string): Promise<void> {
  const kafka = new Kafka({ clientId: 'prepare', brokers: [bootstrap], logLevel: logLevel.ERROR })
  const admin = kafka.admin()
  await admin.connect()
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true })
  await admin.disconnect()
  const producer = kafka.producer()
  await producer.connect()
  for (let partition = 0; partition < partitions; partition++) {
    const messages = Array.from({ length: recordsEach }, (_, i) => ({ partition, value: `${i}` }))
    await producer.send({ topic, acks: -1, messages })
  }
  await producer.disconnect()
}

/** Waits until a group has committed all there is. */
async function committed(bootstrap: string, groupId: string): Promise<void> {
  const kafka = new Kafka({ clientId: 'waiting', brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  for (let tries = 0; tries < 150; tries++) {
    const found = await admin.fetchOffsets({ groupId, topics: [topic] }).catch(() => [])
    const all = found[0]?.partitions.filter(({ offset }) => offset === String(recordsEach)) ?? []
    if (all.length === partitions) break
    await delay(200)
  }
  await admin.disconnect()
}

/** Holds the transcript; `CONSUMER_GROUPS_TRANSCRIPT=write` writes down what was found instead. */
export async function checkCommands(
  target: Target,
  classes: string,
  checks: Checks,
): Promise<void> {
  const { bootstrap, directory } = target
  await prepare(bootstrap)
  writeFileSync(join(directory, 'plan.csv'), 'orders,0,1\norders,1,2\norders,2,3\n')
  const live = ['kafkajs', 'consumer'].map((client) => {
    const script = join(import.meta.dirname, 'node-member.ts')
    const args = [script, client, bootstrap, `live-${client}`, topic]
    return new Member({ program: process.execPath, args }, new Processed(partitions))
  })
  await using tool = new Tool(classes)
  const text = readFileSync(transcript, 'utf8')
  const found = text.split('\n').filter((line) => line.startsWith('#'))
  try {
    for (const client of ['kafkajs', 'consumer']) await committed(bootstrap, `live-${client}`)
    for (const { words, lines } of parseTranscript(text)) {
      const command = words.replaceAll('DIRECTORY', directory)
      const printed = plain(await tool.run(`--bootstrap-server ${bootstrap} ${command}`), target)
      found.push('', `$ ${words}`, ...printed)
      const expected = lines.join('\n')
      checks.check(
        printed.join('\n') === expected,
        `kafka-consumer-groups ${words}:\n${printed.join('\n')}\n  not\n${expected}`,
      )
    }
    if (process.env['CONSUMER_GROUPS_TRANSCRIPT'] === 'write') {
      writeFileSync(transcript, `${found.join('\n')}\n`)
    }
  } finally {
    for (const member of live) await member.crash()
  }
}
