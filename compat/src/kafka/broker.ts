// An Apache Kafka broker (KRaft, one node, combined roles) as a child process: start, ready check, stop by its own id.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type KafkaRelease, kafkaClassPath } from './artifacts.ts'

/** How to start an Apache Kafka broker. */
interface KafkaOptions {
  readonly release: KafkaRelease
  /** An empty or earlier used folder for data, configuration and log file. */
  readonly directory: string
  /** Further lines of server.properties. */
  readonly settings?: Readonly<Record<string, string>>
  readonly heapMegabytes?: number
  /** Beside the plaintext one. */
  readonly listeners?: readonly {
    readonly name: string
    readonly protocol: string
    readonly port: number
  }[]
}

/** A free port of this machine, as far as one can know. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('the port has no number')
  return address.port
}

/** Whether somebody listens on a port of this machine. */
export async function accepts(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

/** A running Apache Kafka broker. */
export class KafkaBroker implements AsyncDisposable {
  readonly port: number
  readonly pid: number
  readonly #process: ChildProcess

  private constructor(port: number, process: ChildProcess) {
    this.port = port
    this.pid = process.pid ?? -1
    this.#process = process
  }

  /** Formats the directory if it is new, starts the broker and resolves when its port answers. */
  static async start(options: KafkaOptions): Promise<KafkaBroker> {
    const { release, directory } = options
    const [port, controllerPort] = [await freePort(), await freePort()]
    const listeners = [
      { name: 'PLAINTEXT', protocol: 'PLAINTEXT', port },
      ...(options.listeners ?? []),
    ]
    const addresses = listeners.map(({ name, port }) => `${name}://127.0.0.1:${port}`)
    const protocols = listeners.map(({ name, protocol }) => `${name}:${protocol}`)
    const settings: Record<string, string> = {
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
      listeners: [...addresses, `CONTROLLER://127.0.0.1:${controllerPort}`].join(','),
      'advertised.listeners': addresses.join(','),
      'listener.security.protocol.map': [...protocols, 'CONTROLLER:PLAINTEXT'].join(','),
      'controller.listener.names': 'CONTROLLER',
      'log.dirs': join(directory, 'data'),
      'offsets.topic.replication.factor': '1',
      'transaction.state.log.replication.factor': '1',
      'transaction.state.log.min.isr': '1',
      'share.coordinator.state.topic.replication.factor': '1',
      'share.coordinator.state.topic.min.isr': '1',
      'group.initial.rebalance.delay.ms': '0',
      ...options.settings,
    }
    mkdirSync(directory, { recursive: true })
    const properties = join(directory, 'server.properties')
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`)
    writeFileSync(properties, `${lines.join('\n')}\n`)
    const java = ['-cp', kafkaClassPath(release)]
    const format = ['kafka.tools.StorageTool', 'format', '--ignore-formatted']
    const clusterId = 'AAAAAAAAAAAAAAAAAAAAAQ'
    const formatted = spawnSync('java', [...java, ...format, '-t', clusterId, '-c', properties], {
      encoding: 'utf8',
    })
    if (formatted.status !== 0) throw new Error(`format failed: ${formatted.stderr}`)
    const heap = options.heapMegabytes ?? 512
    const log = createWriteStream(join(directory, 'kafka.log'))
    const child = spawn('java', [`-Xmx${heap}m`, ...java, 'kafka.Kafka', properties], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout?.pipe(log)
    child.stderr?.pipe(log)
    for (let tries = 0; tries < 600; tries++) {
      if (child.exitCode !== null) {
        throw new Error(`Kafka ended while it started, see ${directory}/kafka.log`)
      }
      if (await accepts(port)) return new KafkaBroker(port, child)
      await delay(50)
    }
    child.kill('SIGKILL')
    throw new Error(`Kafka was not ready within 30 s, see ${directory}/kafka.log`)
  }

  /** Ends the process; 'SIGTERM' lets it shut down in order. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill(signal)
    await once(this.#process, 'exit')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL')
  }
}
