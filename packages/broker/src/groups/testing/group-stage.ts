// Where transcripts of the group coordinator are played. Clients are single words; the member ids the coordinator makes are
// shown by these words.
//
//   CLIENT join GROUP range:topic,topic session=MS …     CLIENT sync GROUP assign=CLIENT:topic/0,…
//   CLIENT heartbeat|leave GROUP                          CLIENT commit GROUP topic/0=OFFSET …
//   fetch|forget GROUP topic/0 … | list | describe|delete|explain GROUP
//   CLIENT meet|beat|part GROUP topics=topic,… regex=… owned=topic/0,1;… | inspect GROUP    (consumer groups)
//   topic NAME PARTITIONS | rack BROKER RACK | set-group GROUP CONFIG VALUE, and what every coordinator's stage knows

import type { Disk, Random } from '@samsa/world'
import {
  CoordinatorStage,
  type StageCommand,
  stageCommands,
} from '../../coordinators/testing/coordinator-stage.ts'
import { fakeWorld } from '../../coordinators/testing/fake-world.ts'
import { GroupCoordinator } from '../group-coordinator.ts'
import { classicCommands } from './classic-commands.ts'
import { consumerCommands } from './consumer-commands.ts'
import { offsetCommands } from './offset-commands.ts'
import { describeRecords } from './record-lines.ts'

/** What a command is given. */
export class Stage extends CoordinatorStage {
  readonly clients = new Map<string, StageClient>()
  readonly coordinator: GroupCoordinator
  readonly #names = new Map<string, string>()

  constructor(random: Random, disk: Disk) {
    super('__consumer_offsets')
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

  override say(line: string): void {
    let shown = line
    for (const [memberId, name] of this.#names) shown = shown.replaceAll(memberId, name)
    // Members of whom nobody has told their id yet: client id and UUID.
    shown = shown.replaceAll(/\b(\w+)(-[0-9a-f]{4,12}){5}\b/g, '$1')
    super.say(shown)
  }

  protected override describe(batch: Buffer): readonly string[] {
    return describeRecords(batch, this.metadata)
  }
}

/** What a client remembers. */
export interface StageClient {
  readonly name: string
  memberId: string
  instanceId: string | null
  generationId: number
}

/** A command of groups' transcripts. */
export type Command = StageCommand<Stage, StageClient>

/** All commands. */
export const groupCommands: Readonly<Record<string, Command>> = {
  ...stageCommands,
  topic: (stage, [name = '', count = '1', replicas]) => {
    // Replicas of each partition: `1,2;2,3`.
    const lists = replicas?.split(';').map((each) => each.split(',').map(Number))
    stage.metadata.createTopic(name, Number(count), lists)
  },
  rack: (stage, [broker = '1', rack = '']) => stage.metadata.setRack(Number(broker), rack),
  'set-group': (stage, [groupId = '', name = '', value = '']) => {
    stage.settings.setGroup(groupId, name, value)
  },
  ...classicCommands,
  ...offsetCommands,
  ...consumerCommands,
}
