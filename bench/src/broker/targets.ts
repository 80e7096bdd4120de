// What is put under load: Samsa, the raw loop, and Apache Kafka where its jars are in the cache. Each is a process of its
// own, with a folder of its own.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
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

/** Starts a child that says where it listens in a line that ends with its port. */
async function startChild(
  name: 'samsa' | 'raw',
  words: (directory: string) => readonly string[],
): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), `bench-${name}-`))
  const child: ChildProcess = spawn(process.execPath, words(directory), {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const port = await new Promise<number>((resolve, reject) => {
    let text = ''
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      const found = /(\d+)\n$/.exec(text)?.[1]
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

async function startKafka(): Promise<Target> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-kafka-'))
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

/** Whether there is a dist/ to start Samsa from. */
export const isBuilt: boolean = existsSync(join(cli, 'dist', 'main.js'))

/** Starts a Samsa broker with fresh data: from dist/, as users have it, where that was built. */
export function startSamsa(): Promise<Target> {
  const entry = isBuilt
    ? [join(cli, 'dist', 'main.js')]
    : ['--conditions=@samsa/source', join(cli, 'src', 'main.ts')]
  return startChild('samsa', (data) => [...entry, 'start', '--data', data, '--port', '0'])
}

function startRaw(): Promise<Target> {
  const script = join(import.meta.dirname, 'raw-server.ts')
  return startChild('raw', (data) => ['--conditions=@samsa/source', script, data])
}

/** Creates a topic, as a client would. */
export async function createTopic(port: number, name: string): Promise<void> {
  await using connection = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  const topics = [{ name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }]
  await connection.send(CreateTopics, 5, { topics, timeoutMs: 30_000 })
}

/** Starts everything there is; Kafka only where its jars were fetched before (`npm run compat -- java`). */
export async function startTargets(topic: string): Promise<Target[]> {
  const targets = [await startSamsa(), await startRaw()]
  if (existsSync(kafkaClassPath(release).slice(0, -1))) targets.push(await startKafka())
  for (const { name, port } of targets) if (name !== 'raw') await createTopic(port, topic)
  return targets
}
