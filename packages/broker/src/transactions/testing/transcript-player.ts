// Plays one command of a transcript on a transaction coordinator that lives in memory, with time moved by hand, and
// tells what came of it: answers, records that were written, markers that reached their partitions.
//
//   PRODUCER init ID timeout=MS keep=yes     PRODUCER add|verify topic/0 …      PRODUCER commit|abort version=1
//     (id= and epoch= stand in for what the producer knows; late=yes: it does not hear the answer)
//   describe|explain ID | list state=NAME longer=MS | topic NAME PARTITIONS | drop NAME | leaderless NAME
//   wait MS | set SETTING VALUE | ids FIRST | crash | fail ERROR | hold | release [ERROR]
//   given ID STATE PRODUCER/EPOCH (as an earlier coordinator wrote it)
//   markers hold | markers release | markers refuse ERROR COUNT

import { BatchBuilder, type ErrorName, KafkaError } from '@samsa/protocol'
import type { Disk, Random } from '@samsa/world'
import { fakeWorld } from '../../coordinators/testing/fake-world.ts'
import { ManualClock } from '../../coordinators/testing/manual-clock.ts'
import { MemoryPartitions } from '../../coordinators/testing/memory-partitions.ts'
import { FakeMetadata, FakeSettings } from '../../groups/testing/fake-cluster.ts'
import { newTransaction } from '../transaction.ts'
import { TransactionCoordinator } from '../transaction-coordinator.ts'
import { encodeTransactionKey, encodeTransactionValue } from '../transaction-records.ts'
import type { TransactionStateName } from '../transaction-state.ts'
import { FakeLeaders } from './fake-leaders.ts'
import { describeTransactionRecords } from './record-lines.ts'
import { transactionCommands } from './transaction-commands.ts'

/** What a producer remembers. */
export interface StageProducer {
  readonly name: string
  transactionalId: string
  producerId: number
  producerEpoch: number
}

/** What a command is given. */
class Stage {
  readonly clock = new ManualClock(1_000_000)
  readonly metadata = new FakeMetadata()
  readonly settings = new FakeSettings()
  readonly partitions = new MemoryPartitions('__transaction_state', 1)
  readonly leaders = new FakeLeaders((line) => this.say(`marker: ${line}`))
  readonly producers = new Map<string, StageProducer>()
  readonly lines: string[] = []
  readonly coordinator: TransactionCoordinator
  nextProducerId = 0
  #batchesSeen = 0
  #leaderEpoch = 0

  constructor(random: Random, disk: Disk) {
    // Every partition is led by broker 2, this is broker 1.
    const notHere = (): never => {
      throw new KafkaError('NOT_LEADER_OR_FOLLOWER')
    }
    this.coordinator = new TransactionCoordinator({
      world: fakeWorld(this.clock, random, disk),
      settings: this.settings,
      brokerId: 1,
      metadata: this.metadata.view,
      controller: {
        allocateProducerIds: async () => {
          const first = this.nextProducerId
          this.nextProducerId += 10
          return { first, count: 10 }
        },
      },
      replicas: { partition: notHere, partitions: () => [] },
      groups: { completeTransaction: notHere },
      partitions: this.partitions,
      peers: this.leaders,
    })
  }

  producer(name: string): StageProducer {
    let producer = this.producers.get(name)
    if (producer === undefined) {
      producer = { name, transactionalId: name, producerId: -1, producerEpoch: -1 }
      this.producers.set(name, producer)
    }
    return producer
  }

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
      for (const line of describeTransactionRecords(batch)) this.say(`log: ${line}`)
    }
    this.#batchesSeen = batches.length
  }
}

/** One command: a verb with its words and options. */
export type Command = (
  stage: Stage,
  words: readonly string[],
  options: ReadonlyMap<string, string>,
  producer: StageProducer,
) => void | Promise<void>

const stageCommands: Readonly<Record<string, Command>> = {
  topic: (stage, [name = '', count = '1']) => {
    stage.metadata.createTopic(
      name,
      Number(count),
      Array.from({ length: Number(count) }, () => [2]),
    )
  },
  leaderless: (stage, [name = '']) => {
    stage.metadata.createTopic(name, 1, [[]])
  },
  drop: (stage, [name = '']) => stage.metadata.deleteTopic(name),
  set: (stage, [name = '', value = '']) => stage.settings.set(name, value),
  ids: (stage, [first = '0']) => {
    stage.nextProducerId = Number(first)
  },
  wait: (stage, [ms = '0']) => stage.clock.advance(Number(ms)),
  crash: (stage) => stage.crash(),
  given: async (stage, [transactionalId = '', state = 'Empty', identity = '0/0']) => {
    const [producerId = 0, producerEpoch = 0] = identity.split('/').map(Number)
    const created = newTransaction(transactionalId, producerId, 60_000)
    const transaction = { ...created, producerEpoch, state: state as TransactionStateName }
    const builder = new BatchBuilder()
    const value = encodeTransactionValue({ ...transaction, clientVersion: 2 }, 1)
    builder.append(stage.clock.now(), encodeTransactionKey(transactionalId), value)
    await stage.partitions.append(0, builder.build({}))
    await stage.crash()
  },
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
  markers: (stage, [verb, name, count = '1']) => {
    if (verb === 'hold') stage.leaders.holds = true
    else if (verb === 'release') stage.leaders.release()
    else stage.leaders.refuse(name as ErrorName, Number(count))
  },
}

const commands: Readonly<Record<string, Command>> = { ...stageCommands, ...transactionCommands }

/** Plays commands one after the other. */
export class TranscriptPlayer {
  readonly #stage: Stage

  constructor(random: Random, disk: Disk) {
    this.#stage = new Stage(random, disk)
  }

  /** Runs one line; resolves to what came of it. */
  async command(line: string): Promise<string[]> {
    const stage = this.#stage
    await stage.clock.advance(0)
    const options = new Map<string, string>()
    const words = line.split(/\s+/).filter((part) => {
      const [, key, value] = /^([a-z]+)=(.*)$/.exec(part) ?? []
      if (key === undefined || value === undefined) return part !== ''
      options.set(key, value)
      return false
    })
    const [first = '', second = ''] = words
    const byProducer = commands[first] === undefined
    const command = commands[byProducer ? second : first]
    if (command === undefined) throw new SyntaxError(`There is no command like: ${line}`)
    await command(stage, words.slice(byProducer ? 2 : 1), options, stage.producer(first))
    await stage.clock.advance(0)
    stage.sayRecords()
    return stage.lines.splice(0)
  }

  stop(): void {
    this.#stage.coordinator.stop()
  }
}
