// Where transcripts of the transaction coordinator are played: markers that reach their partitions are told, too.
//
//   PRODUCER init ID timeout=MS keep=yes     PRODUCER add|verify topic/0 …      PRODUCER commit|abort version=1
//     (id= and epoch= stand in for what the producer knows; late=yes: it does not hear the answer)
//   describe|explain ID | list state=NAME longer=MS | topic NAME PARTITIONS | leaderless NAME | ids FIRST
//   given ID STATE PRODUCER/EPOCH (as an earlier coordinator wrote it)
//   markers hold | markers release | markers refuse ERROR COUNT, and what every coordinator's stage knows

import { BatchBuilder, type ErrorName, KafkaError } from '@samsa/protocol'
import type { Disk, Random } from '@samsa/world'
import {
  CoordinatorStage,
  type StageCommand,
  stageCommands,
} from '../../coordinators/testing/coordinator-stage.ts'
import { fakeWorld } from '../../coordinators/testing/fake-world.ts'
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
export class Stage extends CoordinatorStage {
  readonly leaders = new FakeLeaders((line) => this.say(`marker: ${line}`))
  readonly producers = new Map<string, StageProducer>()
  readonly coordinator: TransactionCoordinator
  nextProducerId = 0

  constructor(random: Random, disk: Disk) {
    super('__transaction_state')
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

  protected override describe(batch: Buffer): readonly string[] {
    return describeTransactionRecords(batch)
  }
}

/** A command of transactions' transcripts. */
export type Command = StageCommand<Stage, StageProducer>

/** All commands. */
export const allCommands: Readonly<Record<string, Command>> = {
  ...stageCommands,
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
  ids: (stage, [first = '0']) => {
    stage.nextProducerId = Number(first)
  },
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
  markers: (stage, [verb, name, count = '1']) => {
    if (verb === 'hold') stage.leaders.holds = true
    else if (verb === 'release') stage.leaders.release()
    else stage.leaders.refuse(name as ErrorName, Number(count))
  },
  ...transactionCommands,
}
