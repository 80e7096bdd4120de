// What consumers of ours are promised in a group: each partition has one reader, what was processed is not read again, and
// what was not is, whoever joins, leaves or stands still.

import {
  type Consumer,
  connect,
  type ConsumerOptions,
  int32,
  type KafkaClient,
  string,
  type Topic,
  topic,
} from '@samsa/client'
import { errorOf, type Story } from './story.ts'

type Log = Topic<string, number>

/** Both ways to rebalance in the classic protocol, and what the broker offers: KIP-848 from Apache Kafka 4.0 on. */
const kinds = {
  cooperative: { groupProtocol: 'classic' },
  eager: { assignors: ['range'] },
  offered: {},
} as const satisfies Record<string, ConsumerOptions>

/** Both protocols. */
const protocols = ['cooperative', 'offered'] as const

const quick = { autoOffsetReset: 'earliest', heartbeatIntervalMs: 200 } as const

function logOf(name: string): Log {
  return topic(name, { key: string, value: int32 })
}

async function write(kafka: KafkaClient, log: Log, from: number, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, i) => {
    return { key: `k${i % 20}`, value: from + i, partition: i % 3 }
  })
  await kafka.producer().sendAll(log, records)
}

/** Reads in the background. */
class Reader {
  readonly consumer: Consumer<Log>
  readonly values: number[] = []
  readonly events: string[] = []
  readonly #reading: Promise<void>

  constructor(kafka: KafkaClient, options: ConsumerOptions<Log>) {
    const tell = (what: string) => (partitions: readonly { partition: number }[]) => {
      const numbers = partitions.map(({ partition }) => partition).sort((a, b) => a - b)
      this.events.push(`${what} ${numbers.join()}`)
    }
    this.consumer = kafka.consumer<Log>({
      onAssigned: tell('assigned'),
      onRevoked: tell('revoked'),
      onLost: tell('lost'),
      ...options,
    })
    this.#reading = this.#read()
  }

  async #read(): Promise<void> {
    for await (const { value } of this.consumer) this.values.push(value)
  }

  async close(): Promise<void> {
    await this.consumer.close()
    await this.#reading
  }
}

/** Waits until it holds, at most 15 s. */
async function until(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 600 && !holds(); tries++) {
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  return holds()
}

const sizeOf = ({ consumer }: Reader): number => consumer.assignment.length

/** Members come and go; as all behave, every record is processed once. */
export const sharing: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  for (const [kind, options] of Object.entries(kinds)) {
    const log = logOf(`${prefix}sharing-${kind}`)
    await write(kafka, log, 0, 300)
    const group = { group: `${prefix}${kind}`, topics: [log], ...quick, ...options }
    const first = new Reader(kafka, group)
    checks.check(await until(() => first.values.length === 300), `${kind}: one reads all`)
    const second = new Reader(kafka, group)
    const isShared = await until(() => sizeOf(first) + sizeOf(second) === 3 && sizeOf(second) > 0)
    checks.check(isShared, `${kind}: two share, ${sizeOf(first)} and ${sizeOf(second)}`)
    await write(kafka, log, 300, 300)
    const all = (): number => first.values.length + second.values.length
    checks.check(await until(() => all() === 600), `${kind}: both read all, ${all()} of 600`)
    await first.close()
    await write(kafka, log, 600, 300)
    checks.check(await until(() => all() === 900), `${kind}: the other takes over, ${all()}`)
    const distinct = new Set([...first.values, ...second.values]).size
    checks.check(distinct === 900 && all() === 900, `${kind}: each once, ${distinct} of ${all()}`)
    checks.check(sizeOf(second) === 3, `${kind}: the other has ${sizeOf(second)} partitions`)
    checks.check(!second.events.join().includes('lost'), `${kind}: ${second.events.join('; ')}`)
    await second.close()
  }
}

/** What is committed in which way, and where the next one begins. */
export const commits: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = logOf(`${prefix}commits`)
  const records = Array.from({ length: 20 }, (_, i) => ({ key: 'k', value: i, partition: 0 }))
  await kafka.producer().sendAll(log, records)
  const place = [{ topic: log, partition: 0 }]
  for (const kind of protocols) {
    const group = `${prefix}${kind}`
    const options = { group, topics: [log], ...kinds[kind], ...quick }
    const firstOf = async (consumer: Consumer<Log>): Promise<number | undefined> => {
      for await (const { value } of consumer) return value
      return undefined
    }
    {
      await using consumer = kafka.consumer<Log>(options)
      for await (const { value } of consumer) if (value === 5) break
    }
    {
      // The record in hand at a break may have failed: only a commit says that it has not.
      await using consumer = kafka.consumer<Log>({ ...options, commits: 'processed' })
      const value = await firstOf(consumer)
      checks.check(value === 5, `${kind}: after a break 5 comes again, not ${value}`)
      await consumer.commit()
      const [committed] = await consumer.committed(place)
      checks.check(committed?.offset === 6, `${kind}: now 6, not ${committed?.offset}`)
    }
    {
      await using consumer = kafka.consumer<Log>({ ...options, commits: 'manual' })
      const value = await firstOf(consumer)
      checks.check(value === 6, `${kind}: 6 is next, not ${value}`)
      const metadata = 'a note'
      await consumer.commit([{ topic: log.name, partition: 0, offset: 12, metadata }])
      const [committed] = await consumer.committed(place)
      const told = `${committed?.offset} ${committed?.metadata}`
      checks.check(told === '12 a note', `${kind}: by hand: ${told}`)
      for (let i = 0; i < 3; i++) await firstOf(consumer)
    }
    {
      await using consumer = kafka.consumer<Log>({ ...options, autoCommitIntervalMs: 50 })
      const value = await firstOf(consumer)
      checks.check(value === 12, `${kind}: manual means by hand alone: ${value}`)
      for await (const batch of consumer.batches()) if (batch.records.at(-1)?.value === 19) break
      await consumer.commit()
    }
    {
      await using consumer = kafka.consumer<Log>(options)
      const abort = new AbortController()
      const waiting = errorOf(consumer.records({ signal: abort.signal }).next())
      await until(() => consumer.assignment.length === 3 && consumer.lag(log, 0) === 0)
      const lag = consumer.lag(log, 0)
      abort.abort(new Error('enough'))
      const error = await waiting
      checks.check(error?.message === 'enough', `${kind}: nothing is left: ${error?.name}`)
      checks.check(lag === 0, `${kind}: the lag is 0, not ${lag}`)
    }
  }
}

/** Who stands still for too long leaves the group, and comes back when it reads on. */
export const stalled: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  for (const kind of protocols) {
    const log = logOf(`${prefix}stalled-${kind}`)
    await write(kafka, log, 0, 30)
    const group = `${prefix}stalled-${kind}`
    const options = { group, topics: [log], ...kinds[kind], ...quick, maxPollIntervalMs: 1000 }
    const told: string[] = []
    await using slow = kafka.consumer<Log>({
      ...options,
      onStalled: () => told.push('stalled'),
      onLost: (partitions) => void told.push(`lost ${partitions.length}`),
    })
    const loop = slow.records()
    await loop.next()
    const [signal] = slow.assigned.map((partition) => partition.signal)
    const other = new Reader(kafka, { ...options, maxPollIntervalMs: 10_000 })
    const isTaken = await until(() => other.values.length === 30)
    checks.check(isTaken, `${kind}: others read all, ${other.values.length} of 30`)
    checks.check(/^stalled,lost \d$/.test(told.join()), `${kind}: it is told: ${told.join()}`)
    checks.check(signal?.aborted === true, `${kind}: its signals abort`)
    await write(kafka, log, 30, 30)
    const reading = (async () => {
      for await (const _ of slow) if (slow.assignment.length > 0 && sizeOf(other) < 3) break
    })()
    const isBack = await until(() => slow.assignment.length > 0)
    checks.check(isBack, `${kind}: it is back`)
    await other.close()
    await write(kafka, log, 60, 30)
    await reading
  }
}

/** A pattern; what is assigned is read by its own topic's types. */
export const patterns: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const names = ['east', 'west'].map((end) => `${prefix}pattern-${end}`)
  for (const name of [...names, `${prefix}other`]) await write(kafka, logOf(name), 0, 3)
  for (const [kind, options] of Object.entries(kinds)) {
    const seen = new Set<string>()
    await using consumer = kafka.consumer<Log>({
      group: `${prefix}pattern-${kind}`,
      topics: /pattern-(east|west)$/,
      topicOf: logOf,
      ...quick,
      ...options,
    })
    for await (const record of consumer) {
      seen.add(`${record.topic} ${typeof record.value}`)
      if (seen.size === 2 && consumer.assignment.length === 6) break
    }
    const expected = names.map((name) => `${name} number`).join()
    checks.check([...seen].sort().join() === expected, `${kind}: ${[...seen].join()}`)
  }
}

/** A static member that comes back finds its partitions, and nobody else noticed. */
export const staticMembers: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = logOf(`${prefix}static`)
  await write(kafka, log, 0, 30)
  for (const kind of protocols) {
    const group = `${prefix}static-${kind}`
    const options = { group, topics: [log], ...kinds[kind], ...quick }
    const first = new Reader(kafka, { ...options, groupInstanceId: 'one' })
    const second = new Reader(kafka, { ...options, groupInstanceId: 'two' })
    await until(() => sizeOf(first) + sizeOf(second) === 3 && sizeOf(first) * sizeOf(second) > 0)
    const before = JSON.stringify(second.consumer.assignment)
    const eventsBefore = first.events.length
    await second.close()
    const again = new Reader(kafka, { ...options, groupInstanceId: 'two' })
    await until(() => sizeOf(again) > 0)
    const after = JSON.stringify(again.consumer.assignment)
    checks.check(after === before, `${kind}: it has the same: ${before}, ${after}`)
    const noticed = first.events.slice(eventsBefore).join()
    checks.check(noticed === '', `${kind}: the other did not notice: ${noticed}`)
    await first.close()
    await again.close()
  }
}

/** Listeners may seek and pause before anything is read; commits of who was a member once are refused. */
export const listeners: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = logOf(`${prefix}listeners`)
  await write(kafka, log, 0, 30)
  for (const kind of protocols) {
    const group = `${prefix}listeners-${kind}`
    const options = { group, topics: [log], ...kinds[kind], ...quick }
    const consumer: Consumer<Log> = kafka.consumer<Log>({
      ...options,
      onAssigned: (partitions) => {
        for (const { partition } of partitions) {
          consumer.seek(log, partition, 9)
          if (partition > 0) consumer.pause(log, partition)
        }
      },
    })
    const read: string[] = []
    for await (const { partition, offset } of consumer) {
      read.push(`${partition}-${offset}`)
      if (partition === 0) consumer.resume(log, 1)
      if (read.length === 2) break
    }
    checks.check(read.join() === '0-9,1-9', `${kind}: it begins at 9: ${read.join()}`)
    const failing = kafka.consumer<Log>({
      ...options,
      group: `${group}-failing`,
      onAssigned: () => Promise.reject(new Error('no room')),
    })
    const error = await errorOf(failing.records().next())
    checks.check(error?.message === 'no room', `${kind}: it is told: ${error?.message}`)
    await failing.close()
    const stranger = kafka.consumer<Log>({ group, commits: 'manual' })
    const refused = await errorOf(stranger.commit([{ topic: log.name, partition: 0, offset: 1 }]))
    checks.check(refused !== undefined, `${kind}: a stranger's commit is refused`)
    await stranger.close()
    await consumer.close()
  }
}
