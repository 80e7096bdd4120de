// A cluster of three brokers that are restarted one after the other while our clients work: nothing that was acknowledged
// is lost, nothing is written twice, the records of a key stay in order; a group processes everything, and what is read,
// made of it and committed in transactions is made once.

import { setTimeout as delay } from 'node:timers/promises'
import { startCluster } from '@samsa/broker'
import { connect, type KafkaClient } from '@samsa/client'
import type { Checks } from '../runner/suite.ts'
import { Copying } from './restarting-copy.ts'
import { Grouping } from './restarting-group.ts'
import { disorderOf, keyed, Writing } from './restarting-load.ts'

const settings = {
  'offsets.topic.num.partitions': 3,
  'offsets.topic.replication.factor': 3,
  'transaction.state.log.num.partitions': 3,
  'transaction.state.log.replication.factor': 3,
  'transaction.state.log.min.isr': 2,
  'min.insync.replicas': 2,
  'default.replication.factor': 3,
  'group.initial.rebalance.delay.ms': 0,
  'group.consumer.heartbeat.interval.ms': 500,
  'group.consumer.min.heartbeat.interval.ms': 100,
  'replica.lag.time.max.ms': 5000,
}

const partitions = 6
/** How long everybody may work undisturbed between two restarts. */
const calmMs = 700
/** How long a cluster may take to be whole again. */
const healingMs = 30_000

/** Tells what was done and found. */
interface Telling {
  readonly checks: Checks
  readonly say: (line: string) => void
  /** How often every broker is restarted. */
  readonly rounds: number
}

/** Everything at once: a producer, a group that reads what it writes, and transactions that copy it. */
export async function rollingRestart({ checks, say, rounds }: Telling): Promise<void> {
  await using cluster = await startCluster({ brokers: 3, memory: true, settings })
  await using kafka = connect({ broker: cluster })
  const [source, copy] = [keyed('source'), keyed('copy')]
  await kafka
    .admin()
    .topics.create([source, copy].map(({ name }) => ({ name, partitions, replicationFactor: 3 })))
  const writing = new Writing(kafka, source)
  const members = [0, 1].map(() => new Grouping(kafka, source, 'readers'))
  const copiers = [0, 1].map((i) => new Copying(kafka, { source, copy, name: `copier-${i}` }))
  await delay(calmMs)
  for (let round = 0; round < rounds; round++) {
    for (const { brokerId } of cluster.brokers) {
      const before = writing.acknowledged.size
      const startedAt = performance.now()
      await cluster.restart(brokerId)
      const ms = Math.round(performance.now() - startedAt)
      checks.check(await isWhole(kafka, [source.name, copy.name]), `broker ${brokerId} catches up`)
      await delay(calmMs)
      const written = writing.acknowledged.size - before
      checks.check(written > 0, `broker ${brokerId} was restarted, and records were acknowledged`)
      say(`broker ${brokerId} restarted in ${ms} ms, ${written} records acknowledged meanwhile`)
    }
  }
  await writing.stop()
  const total = writing.acknowledged.size
  checks.check(writing.failures.length === 0, `no send fails: ${writing.failures[0]}`)
  const stored = await readAll(kafka, source, total, 'read_uncommitted')
  checkOnce(checks, 'written', stored, writing.acknowledged)
  const seen = (): number => new Set(members.flatMap(({ values }) => values)).size
  checks.check(await until(() => seen() >= total), `the group processes all: ${seen()} of ${total}`)
  for (const [i, member] of members.entries()) {
    const { failure, backwards } = member
    checks.check(failure === undefined, `member ${i} reads on: ${failure}`)
    checks.check(backwards === 0, `member ${i} reads in order, not so ${backwards} times`)
  }
  const again = members.reduce((sum, { values }) => sum + values.length, 0) - seen()
  say(`${total} records written once, in order; ${again} of them read again by the group`)
  const copied = await readAll(kafka, copy, total, 'read_committed')
  checkOnce(checks, 'copied', copied, writing.acknowledged)
  const aborted = copiers.reduce((sum, copier) => sum + copier.aborted, 0)
  const transactions = copiers.reduce((sum, copier) => sum + copier.committed, 0)
  for (const { failure, name } of copiers) {
    checks.check(failure === undefined, `${name} goes on: ${failure}`)
  }
  say(`${transactions} transactions committed, ${aborted} aborted; each record copied once`)
  await Promise.all([...members, ...copiers].map((one) => one.close()))
}

/** Each acknowledged value is there once, and where the producer was told; the values of a key are in order. */
function checkOnce(
  checks: Checks,
  what: string,
  found: readonly Stored[],
  acknowledged: ReadonlyMap<string, string>,
): void {
  const places = new Map<string, string>()
  let twice = 0
  for (const { value, place } of found) {
    if (places.has(value)) twice += 1
    places.set(value, place)
  }
  const lost = [...acknowledged.keys()].filter((value) => !places.has(value))
  checks.check(lost.length === 0, `${what}: ${lost.length} are lost: ${lost.slice(0, 5).join()}`)
  checks.check(twice === 0, `${what}: ${twice} are there twice`)
  const disorder = disorderOf(found.map(({ value }) => value))
  checks.check(disorder === undefined, `${what}: in order, not so ${disorder}`)
  if (what !== 'written') return
  const elsewhere = [...acknowledged].filter(([value, place]) => places.get(value) !== place)
  checks.check(elsewhere.length === 0, `${what}: where it was said, not so ${elsewhere[0]}`)
}

interface Stored {
  readonly value: string
  readonly place: string
}

/** What is in the topic, partition by partition, when at least `count` records are or nothing more comes. */
async function readAll(
  kafka: KafkaClient,
  log: ReturnType<typeof keyed>,
  count: number,
  isolationLevel: 'read_committed' | 'read_uncommitted',
): Promise<Stored[]> {
  await using consumer = kafka.consumer<typeof log>({ isolationLevel })
  await consumer.assignAll([log], 'earliest')
  const read: Stored[] = []
  const silence = new AbortController()
  let last = performance.now()
  const watch = setInterval(() => {
    // What comes late is read late; what comes twice too.
    const isEnough = read.length >= count && performance.now() - last > 1500
    if (isEnough || performance.now() - last > healingMs) silence.abort()
  }, 100)
  try {
    for await (const { topic, partition, records } of consumer.batches({
      signal: silence.signal,
    })) {
      last = performance.now()
      for (const { value, offset } of records) {
        read.push({ value, place: `${topic}-${partition} ${offset}` })
      }
    }
  } catch (error) {
    if (!silence.signal.aborted) throw error
  } finally {
    clearInterval(watch)
  }
  return read
}

/** Whether all replicas are in sync again in time. */
async function isWhole(kafka: KafkaClient, topics: readonly string[]): Promise<boolean> {
  const deadlineMs = performance.now() + healingMs
  while (performance.now() < deadlineMs) {
    const described = await kafka.admin().topics.describe(topics)
    const all = [...described.values()].flatMap((topic) => topic.partitions)
    if (
      all.every(
        ({ inSyncReplicas, leaderId }) => inSyncReplicas.length === 3 && leaderId !== undefined,
      )
    ) {
      return true
    }
    await delay(50)
  }
  return false
}

async function until(holds: () => boolean): Promise<boolean> {
  const deadlineMs = performance.now() + healingMs
  while (performance.now() < deadlineMs && !holds()) await delay(50)
  return holds()
}
