// What the doctor looks at, gathered through the admin client. Nothing is judged here.

import { readFile } from 'node:fs/promises'
import type { Admin, HangingTransaction, LogDirectory, TopicDescription } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import { succeeded } from '../../connection/admin-command.ts'
import { type Reached, reach } from './reach.ts'

/** What a health check needs. */
export interface QuickFacts {
  readonly brokers: readonly { readonly brokerId: number }[]
  readonly controllerId: number | undefined
  /** Every broker at the address that it tells clients. */
  readonly advertised: readonly Reached[]
}

/** A topic, and how many replicas a write with acks=all needs. */
export interface TopicFacts extends Pick<TopicDescription, 'name' | 'partitions'> {
  readonly minInSyncReplicas: number
}

/** A group and how far behind it is. */
export interface GroupFacts {
  readonly groupId: string
  readonly state: string
  readonly memberCount: number
  readonly lag: number
}

/** A record, as far as clocks are concerned. */
interface NewestRecord {
  readonly topic: string
  readonly partition: number
  readonly timestamp: number
}

/** Everything else. */
export interface DeepFacts {
  readonly topics: readonly TopicFacts[]
  /** By broker id; an error where the broker does not answer. */
  readonly directories: ReadonlyMap<number, readonly LogDirectory[] | KafkaError>
  readonly groups: readonly GroupFacts[]
  /** Undefined where the brokers cannot tell. */
  readonly hanging: readonly HangingTransaction[] | undefined
  /** The record with the largest timestamp of all; undefined without records. */
  readonly newest: NewestRecord | undefined
  /** This machine's clock, when that record was looked for. */
  readonly nowMs: number
  /** Of this process, which is that of a broker started here; undefined where the system does not say. */
  readonly openFilesMax: number | undefined
}

/** Asks for the cluster and connects to everybody. */
export async function quickFacts(admin: Admin, timeoutSeconds: number): Promise<QuickFacts> {
  const { brokers, controllerId } = await admin.cluster.describe()
  return { brokers, controllerId, advertised: await reach(brokers, timeoutSeconds) }
}

/** Asks for everything else. */
export async function deepFacts(
  admin: Admin,
  brokers: readonly { readonly brokerId: number }[],
): Promise<DeepFacts> {
  const ids = brokers.map(({ brokerId }) => brokerId)
  const topics = await topicsOf(admin)
  return {
    topics,
    newest: await newestOf(admin, topics),
    nowMs: Date.now(),
    directories: await admin.replicas.logDirectories(ids).each(),
    groups: await groupsOf(admin),
    hanging: await hangingOf(admin),
    openFilesMax: await openFilesMax(),
  }
}

async function topicsOf(admin: Admin): Promise<TopicFacts[]> {
  const names = (await admin.topics.list({ includeInternal: true })).map(({ name }) => name)
  const topics = succeeded(await admin.topics.describe(names).each())
  const questions = topics.map(([name]) => ({ type: 'TOPIC' as const, name }))
  const configs = await admin.configs.describe(questions).each()
  return topics.map(([name, { partitions }]) => {
    const described = configs.get(`TOPIC:${name}`)
    const entries = described instanceof KafkaError ? [] : (described?.entries ?? [])
    const value = entries.find((entry) => entry.name === 'min.insync.replicas')?.value
    return { name, partitions, minInSyncReplicas: Number(value ?? 1) }
  })
}

/** Brokers that cannot look for it count as brokers without records. */
async function newestOf(
  admin: Admin,
  topics: readonly TopicFacts[],
): Promise<NewestRecord | undefined> {
  const places = topics
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap(({ name, partitions }) => {
      const led = partitions.filter(({ leaderId }) => leaderId !== undefined)
      return led.map(({ partition }) => ({ topic: name, partition, at: 'max-timestamp' as const }))
    })
  const found = succeeded(await admin.records.offsets(places).each())
  const newest = found.map(([, one]) => one).toSorted((a, b) => b.timestamp - a.timestamp)[0]
  return newest === undefined || newest.timestamp < 0 ? undefined : newest
}

async function groupsOf(admin: Admin): Promise<GroupFacts[]> {
  const listed = await admin.groups.list()
  const ids = listed.map(({ groupId }) => groupId)
  const described = succeeded(await admin.groups.describe(ids).each())
  const committed = await admin.groups.offsets(ids).each()
  const facts: GroupFacts[] = []
  for (const [groupId, { state, members }] of described) {
    const offsets = committed.get(groupId)
    const positions = offsets === undefined || offsets instanceof KafkaError ? [] : offsets
    const questions = positions.map(({ topic, partition }) => {
      return { topic, partition, at: 'latest' as const }
    })
    const ends = new Map(succeeded(await admin.records.offsets(questions).each()))
    const lag = positions.reduce((sum, { topic, partition, offset }) => {
      const end = ends.get(`${topic}-${partition}`)?.offset ?? offset
      return sum + Math.max(0, end - offset)
    }, 0)
    facts.push({ groupId, state, memberCount: members.length, lag })
  }
  return facts
}

async function hangingOf(admin: Admin): Promise<HangingTransaction[] | undefined> {
  try {
    return await admin.transactions.findHanging()
  } catch (error) {
    if (error instanceof KafkaError && error.name === 'UNSUPPORTED_VERSION') return undefined
    throw error
  }
}

async function openFilesMax(): Promise<number | undefined> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '')
  const [, soft] = /^Max open files +(\d+)/m.exec(limits) ?? []
  return soft === undefined ? undefined : Number(soft)
}
