// What is put under load: Samsa, the raw loop, and Apache Kafka where its jars are in the cache. Each is a process of its
// own, with a folder of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KafkaConnection } from '@samsa/network'
import { CreateTopics } from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'
import { KafkaBroker } from '@samsa/compat/kafka/broker'
import { kafkaClassPath } from '@samsa/compat/kafka/artifacts'

/** A running server. */
export interface Target extends AsyncDisposable {
  readonly name: 'samsa' | 'raw' | 'kafka'
  readonly port: number
  readonly pid: number
}

const release = '4.3.1'

const cli = join(import.meta.dirname, '..', '..', '..', 'packages', 'cli')

/** What a child is started with besides its script. */
interface ChildOptions {
  /** Words for node, before the script. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Further words for the command. */
  readonly words?: readonly string[]
  /** Below it lies the folder of the data; the system's own for such folders when absent. */
  readonly parent?: string
}

/** Starts a child that says where it listens: a line of its port alone, or as `samsa start` says it. */
async function startChild(
  name: 'samsa' | 'raw',
  words: (directory: string) => readonly string[],
  { args = [], env = {}, parent = tmpdir() }: ChildOptions = {},
): Promise<Target> {
  const directory = mkdtempSync(join(parent, `bench-${name}-`))
  const child: ChildProcess = spawn(process.execPath, [...args, ...words(directory)], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  const port = await new Promise<number>((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /^(?:listening on .*:)?(\d+)\n/m.exec(text)?.[1]
      if (found !== undefined) resolve(Number(found))
    })
  })
  return {
    name,
    port,
    pid: child.pid ?? -1,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Starts Apache Kafka with fresh data in a new folder below `parent`. */
export async function startKafka(parent = tmpdir()): Promise<Target> {
  const directory = mkdtempSync(join(parent, 'bench-kafka-'))
  const broker = await KafkaBroker.start({ release, directory })
  return {
    name: 'kafka',
    port: broker.port,
    pid: broker.pid,
    async [Symbol.asyncDispose]() {
      await broker.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** The command as users run it: from dist/ where that was built, and with the flags that its first line gives Node. */
function samsaCommand(): readonly string[] {
  const built = join(cli, 'dist', 'main.js')
  const entry = existsSync(built) ? built : join(cli, 'src', 'main.ts')
  const conditions = entry === built ? [] : ['--conditions=@samsa/source']
  return [...conditions, ...flagsOf(entry), entry]
}

/** What stands behind `node` in the first line of a script. */
export function flagsOf(script: string): readonly string[] {
  const [firstLine = ''] = readFileSync(script, 'utf8').split('\n', 1)
  return firstLine.split(' ').filter((word) => word.startsWith('--'))
}

/** Starts a Samsa broker with fresh data. */
export function startSamsa(options: ChildOptions = {}): Promise<Target> {
  const command = [...samsaCommand(), 'start', '--port', '0', ...(options.words ?? [])]
  return startChild('samsa', (data) => [...command, '--data', data], options)
}

function startRaw(): Promise<Target> {
  const script = join(import.meta.dirname, 'raw-server.ts')
  return startChild('raw', (data) => ['--conditions=@samsa/source', script, data])
}

/** Creates a topic, as a client would. */
export async function createTopic(port: number, name: string, numPartitions = 1): Promise<void> {
  await using connection = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  const topics = [{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }]
  await connection.send(CreateTopics, 5, { topics, timeoutMs: 30_000 })
}

/**
 * Starts Samsa, and Kafka where its jars were fetched before (`npm run compat -- java`); a short run is not long enough
 * for a virtual machine to get going and leaves it out.
 */
export async function startBrokers({ isShort }: { readonly isShort: boolean }): Promise<Target[]> {
  const targets = [await startSamsa()]
  if (!isShort && existsSync(kafkaClassPath(release).slice(0, -1))) targets.push(await startKafka())
  return targets
}

/** Starts everything there is; a short run leaves Kafka out. */
export async function startTargets(
  topic: string,
  how: { readonly isShort: boolean },
): Promise<Target[]> {
  const brokers = await startBrokers(how)
  for (const { port } of brokers) await createTopic(port, topic)
  return [...brokers, await startRaw()]
}
