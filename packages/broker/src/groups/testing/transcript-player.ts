// Plays one command of a transcript on a group coordinator that lives in memory, with time moved by hand, and tells
// what came of it: answers as they come, then the records that were written. Clients are single words; the member ids
// the coordinator makes are shown by these words.
//
//   CLIENT join GROUP range:topic,topic session=MS …     CLIENT sync GROUP assign=CLIENT:topic/0,…
//   CLIENT heartbeat|leave GROUP                          CLIENT commit GROUP topic/0=OFFSET …
//   fetch|forget GROUP topic/0 … | list | describe|delete|explain GROUP
//   CLIENT meet|beat|part GROUP topics=topic,… regex=… owned=topic/0,1;… | inspect GROUP    (consumer groups)
//   topic NAME PARTITIONS | rack BROKER RACK | drop NAME | set SETTING VALUE | set-group GROUP CONFIG VALUE | wait MS | crash | fail ERROR | hold | release [ERROR]

import { type ErrorName, KafkaError } from '@samsa/protocol'
import type { Disk, Random } from '@samsa/world'
import { fakeWorld } from '../../coordinators/testing/fake-world.ts'
import { ManualClock } from '../../coordinators/testing/manual-clock.ts'
import { MemoryPartitions } from '../../coordinators/testing/memory-partitions.ts'
import { GroupCoordinator } from '../group-coordinator.ts'
import { classicCommands } from './classic-commands.ts'
import { consumerCommands } from './consumer-commands.ts'
import { FakeMetadata, FakeSettings } from './fake-cluster.ts'
import { offsetCommands } from './offset-commands.ts'
import { describeRecords } from './record-lines.ts'

/** What a command is given. */
export class Stage {
  readonly clock = new ManualClock(1_000_000)
  readonly metadata = new FakeMetadata()
  readonly settings = new FakeSettings()
  readonly partitions = new MemoryPartitions('__consumer_offsets', 1)
  readonly clients = new Map<string, StageClient>()
  readonly lines: string[] = []
  coordinator: GroupCoordinator
  readonly #names = new Map<string, string>()
  #batchesSeen = 0
  #leaderEpoch = 0

  constructor(random: Random, disk: Disk) {
    // Otherwise every second assignment would come a second later.
    this.settings.set('group.consumer.assignment.interval.ms', '0')
    this.coordinator = new GroupCoordinator({
      world: fakeWorld(this.clock, random, disk),
      settings: this.settings,
      metadata: this.metadata.view,
      groupConfigs: this.settings.groupConfigs,
      partitions: this.partitions,
    })
  }

  client(name: string): StageClient {
    let client = this.clients.get(name)
    if (client === undefined) {
      client = { name, memberId: '', instanceId: null, generationId: -1 }
      this.clients.set(name, client)
    }
    return client
  }

  /** From now on this id is shown as the name. */
  call(memberId: string, name: string): void {
    if (memberId !== '') this.#names.set(memberId, name)
  }

  say(line: string): void {
    let shown = line
    for (const [memberId, name] of this.#names) shown = shown.replaceAll(memberId, name)
    // Members of whom nobody has told their id yet: client id and UUID.
    shown = shown.replaceAll(/\b(\w+)(-[0-9a-f]{4,12}){5}\b/g, '$1')
    this.lines.push(shown.trimEnd())
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

  /** The coordinator's memory is lost; what is in the log is loaded again. */
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
      for (const line of describeRecords(batch, this.metadata)) this.say(`log: ${line}`)
    }
    this.#batchesSeen = batches.length
  }
}

/** What a client remembers. */
export interface StageClient {
  readonly name: string
  memberId: string
  instanceId: string | null
  generationId: number
}

/** One command: a verb with its words and options. */
export type Command = (
  stage: Stage,
  words: readonly string[],
  options: ReadonlyMap<string, string>,
  client: StageClient,
) => void | Promise<void>

const stageCommands: Readonly<Record<string, Command>> = {
  topic: (stage, [name = '', count = '1', replicas]) => {
    // Replicas of each partition: `1,2;2,3`.
    const lists = replicas?.split(';').map((each) => each.split(',').map(Number))
    stage.metadata.createTopic(name, Number(count), lists)
  },
  rack: (stage, [broker = '1', rack = '']) => stage.metadata.setRack(Number(broker), rack),
  drop: (stage, [name = '']) => stage.metadata.deleteTopic(name),
  set: (stage, [name = '', value = '']) => {
    stage.settings.set(name, value)
  },
  'set-group': (stage, [groupId = '', name = '', value = '']) => {
    stage.settings.setGroup(groupId, name, value)
  },
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

const commands: Readonly<Record<string, Command>> = {
  ...stageCommands,
  ...classicCommands,
  ...offsetCommands,
  ...consumerCommands,
}

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
    const parts = line.split(/\s+/).filter((word) => word !== '')
    const options = new Map<string, string>()
    const words = parts.filter((part) => {
      const [, key, value] = /^([a-z-]+)=(.*)$/.exec(part) ?? []
      if (key === undefined || value === undefined) return true
      options.set(key, value)
      return false
    })
    const [first = '', second = ''] = words
    const byClient = commands[first] === undefined
    const command = commands[byClient ? second : first]
    if (command === undefined) throw new SyntaxError(`There is no command like: ${line}`)
    const client = stage.client(byClient ? first : 'admin')
    await command(stage, words.slice(byClient ? 2 : 1), options, client)
    await stage.clock.advance(0)
    stage.sayRecords()
    return stage.lines.splice(0)
  }

  stop(): void {
    this.#stage.coordinator.stop()
  }
}
