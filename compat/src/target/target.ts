// The broker that a suite talks to: Samsa, or with `--against kafka` Apache Kafka itself (`--against kafka-3.9.2` an earlier
// release). The suites are the same for all, which is how we know that they are true of Kafka and not of us.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type KafkaRelease, kafkaNeeds } from '../kafka/artifacts.ts'
import { KafkaBroker } from '../kafka/broker.ts'
import type { Need } from '../runner/suite.ts'
import { SamsaProcess } from '../samsa/process.ts'

/** The release of Apache Kafka that the words ask for; undefined for Samsa. */
function releaseIn(words: readonly string[]): KafkaRelease | undefined {
  const wanted = words[words.indexOf('--against') + 1]
  if (!words.includes('--against') || wanted === undefined) return undefined
  return wanted === 'kafka-3.9.2' ? '3.9.2' : '4.3.1'
}

/** What it takes to start the target that the command line names. */
export function targetNeeds(): readonly Need[] {
  const release = releaseIn(process.argv)
  return release === undefined ? [] : kafkaNeeds(release)
}

/** How to start a target. */
interface TargetOptions {
  /** The suite's arguments; `--against kafka` among them chooses Apache Kafka. */
  readonly args: readonly string[]
  /** Names the temporary directory. */
  readonly suite: string
  /** Broker settings, lines of server.properties. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A broker under test, alone in a temporary directory. */
export class Target implements AsyncDisposable {
  /** What the broker is: `Samsa` or `Apache Kafka 4.3.1`. */
  readonly name: string
  readonly port: number
  /** For `bootstrap.servers`. */
  readonly bootstrap: string
  /** A folder for the suite's own files, removed with the target. */
  readonly directory: string
  readonly #broker: SamsaProcess | KafkaBroker
  /** A client under test can bring the whole run down; the broker must not outlive it. */
  readonly #whenRunEnds = (): void => {
    process.kill(this.#broker.pid, 'SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }

  private constructor(name: string, directory: string, broker: SamsaProcess | KafkaBroker) {
    this.name = name
    this.port = broker.port
    this.bootstrap = `127.0.0.1:${broker.port}`
    this.directory = directory
    this.#broker = broker
    process.once('exit', this.#whenRunEnds)
  }

  /** Starts the broker and resolves when it listens. */
  static async start({ args, suite, settings = {} }: TargetOptions): Promise<Target> {
    const directory = mkdtempSync(join(tmpdir(), `samsa-${suite}-`))
    const data = join(directory, 'broker')
    try {
      const release = releaseIn(args)
      if (release === undefined) {
        const broker = await SamsaProcess.start({ directory: data, settings })
        return new Target('Samsa', directory, broker)
      }
      const broker = await KafkaBroker.start({ release, directory: data, settings })
      return new Target(`Apache Kafka ${release}`, directory, broker)
    } catch (error) {
      rmSync(directory, { recursive: true, force: true })
      throw error
    }
  }

  /** Ends the broker and removes its directory. */
  async [Symbol.asyncDispose](): Promise<void> {
    process.removeListener('exit', this.#whenRunEnds)
    await this.#broker.stop('SIGKILL')
    rmSync(this.directory, { recursive: true, force: true })
  }
}
