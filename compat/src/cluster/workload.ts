// What a cluster does while it is hurt: four clients that write and read topics of their own, and two workers in one group
// that carry the records of one topic to another in transactions.

import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '@samsa/client'
import type { Kafka } from 'kafkajs'
import { kafkaClassPath } from '../kafka/artifacts.ts'
import { modernPython } from '../python/environment.ts'
import { Worker } from '../transactions/worker.ts'
import type { Load, Tally } from './tally.ts'
import { kafkajsLoad, ownLoad, partitions, ProgramLoad } from './writers.ts'

/** Where transactions carry records to. */
export const copiedTopic = 'carried'

/** How long groups may take to read what is left, in milliseconds. */
const readingMs = 60_000

/** Clients at work. */
export class Workload implements AsyncDisposable {
  /** One topic for each client, in order. */
  readonly topics: readonly string[]
  readonly tallies: readonly Tally[]
  /** Where transactions read. */
  readonly sourceTopic: string
  readonly #admin: ReturnType<Kafka['admin']>
  readonly #loads: readonly Load[]
  readonly #workers: readonly Worker[]

  private constructor(
    admin: ReturnType<Kafka['admin']>,
    topics: readonly string[],
    loads: readonly Load[],
    workers: readonly Worker[],
  ) {
    this.#admin = admin
    this.topics = topics
    this.#loads = loads
    this.tallies = loads.map(({ tally }) => tally)
    this.sourceTopic = topics[1] ?? ''
    this.#workers = workers
  }

  /** Makes the topics and starts everybody; resolves when every producer has an acknowledgement. `logs` is a directory. */
  static async start(
    admin: ReturnType<Kafka['admin']>,
    brokers: readonly string[],
    logs: string,
  ): Promise<Workload> {
    const topics = ['kafkajs', 'samsa', 'java', 'librdkafka'].map((name) => `written-${name}`)
    await admin.createTopics({
      waitForLeaders: true,
      topics: [...topics, copiedTopic].map((topic) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: 3,
        configEntries: [{ name: 'min.insync.replicas', value: '2' }],
      })),
    })
    const [first = '', second = '', third = '', fourth = ''] = topics
    const here = import.meta.dirname
    const jars = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', kafkaClassPath('4.3.1')]
    const java = ['java', ...jars, join(here, 'ClusterWorker.java')] as const
    const python = [modernPython, join(here, 'cluster_worker.py')] as const
    const loads: Load[] = [
      await kafkajsLoad(brokers, first),
      await ownLoad(brokers, second),
      new ProgramLoad('java', java, { brokers, topic: third }),
      new ProgramLoad('librdkafka', python, { brokers, topic: fourth }),
    ]
    const script = join(here, '..', 'transactions', 'samsa-worker.ts')
    const workers = ['carrier-1', 'carrier-2'].map((id) => {
      const words = [brokers.join(','), second, copiedTopic, 'carriers', id]
      const args = ['--conditions=@samsa/source', script, ...words]
      return new Worker(id, join(logs, `${id}.log`), process.execPath, args)
    })
    const workload = new Workload(admin, topics, loads, workers)
    const deadline = performance.now() + readingMs
    while (!workload.tallies.every(({ acknowledged }) => acknowledged.length > 0)) {
      if (performance.now() > deadline) throw new Error('a client has not begun to write')
      await delay(50)
    }
    return workload
  }

  /** Nobody writes any more; resolves when groups and transactions have come to the end (true), or take too long. */
  async finish(): Promise<boolean> {
    await Promise.all(this.#loads.map((load) => load.stop()))
    const deadline = performance.now() + readingMs
    let isAtEnd = false
    while (!isAtEnd && performance.now() < deadline) {
      const isRead = this.tallies.every(({ name, acknowledged, read }) => {
        return name === 'kafkajs' || acknowledged.every((value) => read.has(value))
      })
      isAtEnd = isRead && (await this.#carriersLag()) === 0
      if (!isAtEnd) await delay(200)
    }
    await Promise.all(this.#workers.map((worker) => worker.stop()))
    return isAtEnd
  }

  /** Who holds what in the groups, for whoever has to find out why something was not read. */
  async groupsText(brokers: readonly string[]): Promise<string> {
    await using kafka = connect({ brokers: brokers.join(',') })
    const names = this.tallies
      .map(({ name }) => `readers-${name}`)
      .filter((id) => !/kafkajs/.test(id))
    const found = await kafka.admin().groups.describe(names)
    return [...found.values()]
      .map(({ groupId, state, groupEpoch, members }) => {
        const held = members.map(({ memberId, memberEpoch, assignment, targetAssignment }) => {
          const [now, target] = [assignment, targetAssignment].map((list) =>
            list?.map(({ partition }) => partition).join(),
          )
          return `${memberId} at ${memberEpoch} has ${now}, shall have ${target}`
        })
        return `${groupId} (${state}, epoch ${groupEpoch}): ${held.join('; ')}`
      })
      .join('\n')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#loads.map((load) => load.close()))
    await Promise.all(this.#workers.map((worker) => worker.stop()))
  }

  /** How far the group that carries records is behind. */
  async #carriersLag(): Promise<number> {
    const topics = [this.sourceTopic]
    const ends = await this.#admin.fetchTopicOffsets(this.sourceTopic)
    const [committed] = await this.#admin.fetchOffsets({ groupId: 'carriers', topics })
    return ends.reduce((sum, { partition, high }) => {
      const at = committed?.partitions.find((one) => one.partition === partition)?.offset ?? '0'
      return sum + Number(high) - Math.max(0, Number(at))
    }, 0)
  }
}
