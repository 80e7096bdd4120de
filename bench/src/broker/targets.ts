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

/** Starts a child that prints its port when it serves and ends when its standard input does. */
async function startScript(
  name: 'samsa' | 'raw',
  script: string,
  parent = tmpdir(),
): Promise<Target> {
  const directory = mkdtempSync(join(parent, `bench-${name}-`))
  const path = join(import.meta.dirname, script)
  const child: ChildProcess = spawn(
    process.execPath,
    ['--conditions=@samsa/source', path, directory],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)))
    child.stdout?.once('data', (line: Buffer) => resolve(Number(line.toString().trim())))
  })
  return {
    name,
    port,
    pid: child.pid ?? -1,
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.stdin?.end()
      await ended
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Starts Apache Kafka with fresh data, in a new folder below `parent`. */
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

/** Starts a Samsa broker with fresh data, in a new folder below `parent`. */
export function startSamsa(parent = tmpdir()): Promise<Target> {
  return startScript('samsa', 'samsa-server.ts', parent)
}

/** Creates a topic, as a client would. */
export async function createTopic(port: number, name: string, numPartitions = 1): Promise<void> {
  await using connection = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  const topics = [{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }]
  await connection.send(CreateTopics, 5, { topics, timeoutMs: 30_000 })
}

/** Starts everything there is; Kafka only where its jars were fetched before (`npm run compat -- java`). */
export async function startTargets(topic: string): Promise<Target[]> {
  const targets = [await startSamsa(), await startScript('raw', 'raw-server.ts')]
  if (existsSync(kafkaClassPath(release).slice(0, -1))) targets.push(await startKafka())
  for (const { name, port } of targets) if (name !== 'raw') await createTopic(port, topic)
  return targets
}
