// Apache Kafka's command line tools, unmodified, asked one after the other in one Java virtual machine: starting one for
// each of them would take longer than all that they do.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { kafkaClassPath } from '../kafka/artifacts.ts'
import type { Ended } from '../target/program.ts'

const release = '4.3.1'
const classes = join(import.meta.dirname, '..', '..', '..', '.cache', 'java-classes')

/** The class path of our programs and of Kafka's, separated as this system separates. */
export const classPath = `${classes}:${kafkaClassPath(release)}`

/** Compiles our Java programs; throws what the compiler said. */
export function compile(): void {
  mkdirSync(classes, { recursive: true })
  const sources = ['Tools.java', 'Clients.java'].map((file) => join(import.meta.dirname, file))
  const javac = ['-nowarn', '-proc:none', '-d', classes, '-cp', kafkaClassPath(release), ...sources]
  const compiled = spawnSync('javac', javac, { encoding: 'utf8' })
  if (compiled.status !== 0) throw new Error(`javac: ${compiled.stderr}`)
}

const tools = {
  acls: 'org.apache.kafka.tools.AclCommand',
  'broker-api-versions': 'org.apache.kafka.tools.BrokerApiVersionsCommand',
  cluster: 'org.apache.kafka.tools.ClusterTool',
  configs: 'kafka.admin.ConfigCommand',
  'console-consumer': 'org.apache.kafka.tools.consumer.ConsoleConsumer',
  'console-producer': 'org.apache.kafka.tools.ConsoleProducer',
  'consumer-groups': 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand',
  'delete-records': 'org.apache.kafka.tools.DeleteRecordsCommand',
  features: 'org.apache.kafka.tools.FeatureCommand',
  'get-offsets': 'org.apache.kafka.tools.GetOffsetShell',
  groups: 'org.apache.kafka.tools.GroupsCommand',
  'leader-election': 'org.apache.kafka.tools.LeaderElectionCommand',
  'log-dirs': 'org.apache.kafka.tools.LogDirsCommand',
  'reassign-partitions': 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand',
  topics: 'org.apache.kafka.tools.TopicCommand',
  transactions: 'org.apache.kafka.tools.TransactionsCommand',
} as const

/** `kafka-NAME.sh`, by its NAME. */
export type ToolName = keyof typeof tools

/** A virtual machine that runs tools. */
export class Tools implements AsyncDisposable {
  /** Where files for the tools are written. */
  readonly directory: string
  readonly #bootstrap: string
  readonly #process: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor(bootstrap: string, directory: string) {
    this.directory = directory
    this.#bootstrap = bootstrap
    this.#process = spawn('java', ['-Xmx256m', '-cp', classPath, 'Tools'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    if (this.#process.stdout === null) throw new Error('the tools have no output')
    this.#answers = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]()
  }

  /** Runs `kafka-NAME.sh --bootstrap-server … WORDS`; a tool that takes longer than 40 s ends the machine. */
  async run(name: ToolName, words: string, input?: string): Promise<Ended> {
    const own = words.split(' ').filter((word) => word !== '')
    const where = ['--bootstrap-server', this.#bootstrap]
    // kafka-cluster wants its sub-command before its options, the others behind them.
    const args = name === 'cluster' ? [...own, ...where] : [...where, ...own]
    this.#process.stdin?.write(`${JSON.stringify([tools[name], input ?? null, ...args])}\n`)
    const cancel = new AbortController()
    delay(40_000, undefined, { signal: cancel.signal }).then(
      () => this.#process.kill('SIGKILL'),
      () => {},
    )
    const answer = await this.#answers.next()
    cancel.abort()
    if (answer.done === true) throw new Error(`kafka-${name} ${words} did not come to its end`)
    return JSON.parse(answer.value) as Ended
  }

  /** Writes a file that a tool can be told to read; gives its path. */
  write(name: string, text: string): string {
    const path = join(this.directory, name)
    writeFileSync(path, text)
    return path
  }

  /** What a tool prints; throws when it fails. */
  async output(name: ToolName, words: string, input?: string): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(name, words, input)
    if (exitCode !== 0) throw new Error(`kafka-${name} ${words}: ${exitCode} ${stdout} ${stderr}`)
    return stdout
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill('SIGKILL')
    await once(this.#process, 'exit')
  }
}
