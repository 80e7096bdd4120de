// Where transcripts of a coordinator are played: one partition of its log in memory, time moved by hand, and lines that
// tell what happened. Each coordinator adds itself and the commands of its clients.

import { type ErrorName, KafkaError } from '@samsa/protocol'
import { FakeMetadata, FakeSettings } from '../../groups/testing/fake-cluster.ts'
import { ManualClock } from './manual-clock.ts'
import { MemoryPartitions } from './memory-partitions.ts'

/** What every command is given. */
export abstract class CoordinatorStage {
  readonly clock = new ManualClock(1_000_000)
  readonly metadata = new FakeMetadata()
  readonly settings = new FakeSettings()
  readonly partitions: MemoryPartitions
  readonly lines: string[] = []
  #batchesSeen = 0
  #leaderEpoch = 0

  /** `topic` is the coordinator's internal topic. */
  constructor(topic: string) {
    this.partitions = new MemoryPartitions(topic, 1)
  }

  abstract readonly coordinator: { stop(): void }

  /** The records of a batch, a line each. */
  protected abstract describe(batch: Buffer): readonly string[]

  say(line: string): void {
    this.lines.push(line.trimEnd())
  }

  /** Says what a promise comes to, when it does. */
  expect<T>(who: string, promise: Promise<T>, format: (value: T) => string): void {
    promise.then(
      (value) => this.say(`${who}: ${format(value)}`),
      (error: unknown) => {
        if (!(error instanceof KafkaError)) throw error
        this.say(`${who}: ${error.name}`)
      },
    )
  }

  /** The coordinator's memory is lost; what is in the log is loaded again, in the next leader epoch. */
  async crash(): Promise<void> {
    this.partitions.resign(0)
    await this.clock.advance(0)
    this.#leaderEpoch += 1
    this.partitions.elect(0, this.#leaderEpoch)
  }

  /** Says what was written since the last time. */
  sayRecords(): void {
    const batches = this.partitions.batches(0)
    for (const batch of batches.slice(this.#batchesSeen)) {
      for (const line of this.describe(batch)) this.say(`log: ${line}`)
    }
    this.#batchesSeen = batches.length
  }
}

/** One command: a verb with its words and options, and the client that gives it. */
export type StageCommand<S, C> = (
  stage: S,
  words: readonly string[],
  options: ReadonlyMap<string, string>,
  client: C,
) => void | Promise<void>

/** `wait MS | set SETTING VALUE | drop TOPIC | crash | fail ERROR | hold | release [ERROR]`. */
export const stageCommands: Readonly<Record<string, StageCommand<CoordinatorStage, unknown>>> = {
  drop: (stage, [name = '']) => stage.metadata.deleteTopic(name),
  set: (stage, [name = '', value = '']) => stage.settings.set(name, value),
  wait: (stage, [ms = '0']) => stage.clock.advance(Number(ms)),
  crash: (stage) => stage.crash(),
  fail: (stage, [name]) => {
    stage.partitions.nextFailure = new KafkaError(name as ErrorName)
  },
  hold: (stage) => {
    stage.partitions.holdsAppends = true
  },
  release: (stage, [name]) => {
    stage.partitions.holdsAppends = false
    stage.partitions.commitAll(name === undefined ? undefined : new KafkaError(name as ErrorName))
  },
}
