// Several Apache Kafka brokers as one KRaft cluster on this machine: each is broker and controller, as small clusters are
// run; start, ready check, stop by their own ids.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type KafkaRelease, kafkaClassPath } from '@samsa/compat/kafka/artifacts'
import { accepts, freePort } from '@samsa/compat/kafka/broker'

/** What to start. */
interface KraftOptions {
  readonly release: KafkaRelease
  /** An empty folder for data, configurations and logs. */
  readonly directory: string
  readonly brokers: number
  readonly heapMegabytes?: number
  /** Further lines of every server.properties. */
  readonly settings?: Readonly<Record<string, string>>
}

/** One of its brokers. */
interface KraftBroker {
  readonly id: number
  readonly port: number
  readonly pid: number
  /** Ends the process at once. */
  kill(): Promise<void>
}

/** A running cluster. */
export class KraftCluster implements AsyncDisposable {
  readonly brokers: readonly KraftBroker[]
  readonly #processes: readonly ChildProcess[]

  private constructor(brokers: readonly KraftBroker[], processes: readonly ChildProcess[]) {
    this.brokers = brokers
    this.#processes = processes
  }

  /** Formats the directories, starts the brokers and resolves when all of their ports answer. */
  static async start(options: KraftOptions): Promise<KraftCluster> {
    const ports: { readonly port: number; readonly controller: number }[] = []
    for (let i = 0; i < options.brokers; i++) {
      ports.push({ port: await freePort(), controller: await freePort() })
    }
    const voters = ports.map(({ controller }, i) => `${i + 1}@127.0.0.1:${controller}`).join(',')
    const java = ['-cp', kafkaClassPath(options.release)]
    const processes = ports.map(({ port, controller }, i) => {
      const directory = join(options.directory, `broker-${i + 1}`)
      mkdirSync(directory, { recursive: true })
      const settings: Record<string, string> = {
        'process.roles': 'broker,controller',
        'node.id': String(i + 1),
        'controller.quorum.voters': voters,
        listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controller}`,
        'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
        'controller.listener.names': 'CONTROLLER',
        'log.dirs': join(directory, 'data'),
        ...options.settings,
      }
      const properties = join(directory, 'server.properties')
      const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`)
      writeFileSync(properties, `${lines.join('\n')}\n`)
      const format = ['kafka.tools.StorageTool', 'format', '-t', 'AAAAAAAAAAAAAAAAAAAAAQ']
      const formatted = spawnSync('java', [...java, ...format, '-c', properties], {
        encoding: 'utf8',
      })
      if (formatted.status !== 0) throw new Error(`format failed: ${formatted.stderr}`)
      const heap = `-Xmx${options.heapMegabytes ?? 512}m`
      const child = spawn('java', [heap, ...java, 'kafka.Kafka', properties], {
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const log = createWriteStream(join(directory, 'kafka.log'))
      child.stdout?.pipe(log)
      child.stderr?.pipe(log)
      return child
    })
    const brokers = ports.map(({ port }, i): KraftBroker => {
      const child = processes[i] as ChildProcess
      return { id: i + 1, port, pid: child.pid ?? -1, kill: () => end(child, 'SIGKILL') }
    })
    const cluster = new KraftCluster(brokers, processes)
    for (let tries = 0; tries < 1200; tries++) {
      if (processes.some(({ exitCode }) => exitCode !== null)) break
      const answers = await Promise.all(ports.map(({ port }) => accepts(port)))
      if (answers.every((answer) => answer)) return cluster
      await delay(50)
    }
    await cluster.stop('SIGKILL')
    throw new Error(`a Kafka broker did not come up, see the logs in ${options.directory}`)
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    await Promise.all(this.#processes.map((child) => end(child, signal)))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL')
  }
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}
