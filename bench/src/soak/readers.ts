// Who reads: groups of both protocols and of kafkajs whose members come and go and together must process every record,
// a reader whose every step is judged, and the last reading of all.

import { setTimeout as delay } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'
import type { HistoryBook } from './history-book.ts'
import { connectTo, isPassing, partitionCount, type Stage, topics } from './stage.ts'

/** A group and what its members have processed. */
export interface Group {
  readonly name: string
  /** Partition and offset of each record, `1:42`. */
  readonly processed: Set<string>
  /** Members that came and went. */
  readonly members: { count: number }
}

type Kind = 'classic' | 'consumer' | 'kafkajs'

const slotsEach = 2
const between = (low: number, high: number): number => low + Math.random() * (high - low)

/** Groups of every kind; `work` resolves when `isDone` says so for it. */
export function startGroups(
  stage: Stage,
  isDone: () => boolean,
): { readonly group: Group; readonly work: Promise<unknown> }[] {
  return (['classic', 'consumer', 'kafkajs'] as const).map((kind) => {
    const group: Group = { name: kind, processed: new Set(), members: { count: 0 } }
    const slots = Array.from({ length: slotsEach }, () => occupy(stage, { kind, group, isDone }))
    return { group, work: Promise.all(slots) }
  })
}

interface Slot {
  readonly kind: Kind
  readonly group: Group
  readonly isDone: () => boolean
}

/** One member after the other, each for some seconds. */
async function occupy(stage: Stage, slot: Slot): Promise<void> {
  while (!slot.isDone()) {
    slot.group.members.count += 1
    const endsAt = performance.now() + between(3000, 12_000)
    // Towards the end members stay, so that what is left gets done.
    const isTime = (): boolean => slot.isDone() || (!stage.isOver() && performance.now() > endsAt)
    try {
      if (slot.kind === 'kafkajs') await liveWithKafkajs(stage, slot, isTime)
      else await live(stage, slot, isTime)
    } catch (error) {
      if (!isPassing(error)) throw error
    }
    await delay(between(0, 500))
  }
}

async function live(stage: Stage, { kind, group }: Slot, isTime: () => boolean): Promise<void> {
  await using kafka = connectTo(stage)
  const consumer = kafka.consumer<typeof topics.history>({
    group: `group-${kind}`,
    topics: [topics.history],
    groupProtocol: kind === 'consumer' ? 'consumer' : 'classic',
    autoOffsetReset: 'earliest',
    isolationLevel: 'read_committed',
  })
  let isClosed = false
  const closing = (async () => {
    while (!isTime()) await delay(100)
    isClosed = true
    await consumer.close()
  })()
  try {
    for await (const { partition, offset } of consumer)
      group.processed.add(`${partition}:${offset}`)
  } catch (error) {
    if (!isClosed) throw error
  } finally {
    await closing
  }
}

async function liveWithKafkajs(
  { bootstrap }: Stage,
  { group }: Slot,
  isTime: () => boolean,
): Promise<void> {
  const settings = { clientId: 'kafkajs-member', brokers: [bootstrap], logLevel: logLevel.NOTHING }
  const kafka = new Kafka({ ...settings, retry: { retries: 50, maxRetryTime: 2000 } })
  const consumer = kafka.consumer({ groupId: 'group-kafkajs', sessionTimeout: 10_000 })
  await consumer.connect()
  await consumer.subscribe({ topic: topics.history.name, fromBeginning: true })
  await consumer.run({
    eachMessage: ({ partition, message }) => {
      group.processed.add(`${partition}:${message.offset}`)
      return Promise.resolve()
    },
  })
  while (!isTime()) await delay(100)
  await consumer.disconnect()
}

/** Reads the judged topic from its beginning until it is over, each step in the history. */
export async function readHistory(stage: Stage): Promise<void> {
  const { book, isOver } = stage
  await using kafka = connectTo(stage)
  const consumer = kafka.consumer<typeof topics.history>({ isolationLevel: 'read_committed' })
  await consumer.assignAll([topics.history], 'earliest')
  const proc = book.newProcess()
  assigns(book, proc)
  const closing = (async () => {
    while (!isOver()) await delay(100)
    await consumer.close()
  })()
  for await (const { partition, records } of consumer.batches()) {
    book.reads(proc, partition, valuesOf(records))
  }
  await closing
}

function assigns(book: HistoryBook, proc: number): void {
  for (const value of [[], Array.from({ length: partitionCount }, (_, i) => `p${i}`)]) {
    book.begins(proc, { f: 'assign', value })
    book.ends(proc, 'ok', { f: 'assign', value })
  }
}

function valuesOf(records: readonly { readonly offset: number; readonly value: string }[]) {
  return records.map(({ offset, value }) => ({ offset, value: Number(value) }))
}

/** Reads everything, once a last record is in each partition; answers with the places of all records, `1:42`. */
export async function readEverything(stage: Stage): Promise<string[]> {
  const { book } = stage
  await using kafka = connectTo(stage)
  const ends = await writeEnds(stage)
  await using consumer = kafka.consumer<typeof topics.history>({ isolationLevel: 'read_committed' })
  await consumer.assignAll([topics.history], 'earliest')
  const proc = book.newProcess()
  assigns(book, proc)
  const places: string[] = []
  const open = new Map(ends.map((offset, partition) => [partition, offset]))
  for await (const { partition, records } of consumer.batches()) {
    book.reads(proc, partition, valuesOf(records), true)
    for (const { offset } of records) {
      places.push(`${partition}:${offset}`)
      if (offset === open.get(partition)) open.delete(partition)
    }
    if (open.size === 0) break
  }
  return places
}

/** A last record for each partition; answers with their offsets. */
async function writeEnds(stage: Stage): Promise<number[]> {
  const { book } = stage
  await using kafka = connectTo(stage)
  const producer = kafka.producer()
  const proc = book.newProcess()
  const ends: number[] = []
  for (let partition = 0; partition < partitionCount; partition++) {
    const value = book.newValue()
    book.begins(proc, { f: 'send', value: [['send', `p${partition}`, value]] })
    const record = { key: null, value: String(value), partition }
    const { offset } = await producer.send(topics.history, record)
    book.ends(proc, 'ok', { f: 'send', value: [['send', `p${partition}`, value, offset]] })
    ends.push(offset)
  }
  return ends
}

/** What a group left out, one line a partition, beside what it has committed there. */
export async function missingOf(
  stage: Stage,
  { name, processed }: Group,
  places: readonly string[],
): Promise<string[]> {
  const missing = new Map<number, number[]>()
  for (const place of places.filter((each) => !processed.has(each))) {
    const [partition = 0, offset = 0] = place.split(':').map(Number)
    missing.set(partition, [...(missing.get(partition) ?? []), offset])
  }
  await using kafka = connectTo(stage)
  await using judge = kafka.consumer<typeof topics.history>({ group: `group-${name}` })
  const lines: string[] = []
  for (const [partition, offsets] of missing) {
    const [committed] = await judge.committed([{ topic: topics.history, partition }])
    const range = `${Math.min(...offsets)} to ${Math.max(...offsets)}`
    lines.push(
      `group ${name}: partition ${partition}: ${offsets.length} missing, ${range}, ` +
        `committed ${committed?.offset ?? 'nothing'}`,
    )
  }
  return lines
}

/** The newest value of each key of the compacted topic, and how many records there are. */
export async function readCompacted(
  stage: Stage,
): Promise<{ readonly newest: ReadonlyMap<string, string>; readonly records: number }> {
  await using kafka = connectTo(stage)
  await using consumer = kafka.consumer<typeof topics.compacted>()
  const places = (await consumer.partitionsOf(topics.compacted)).map((partition) => {
    return { topic: topics.compacted, partition }
  })
  const newest = new Map<string, string>()
  let records = 0
  for (const { partition, offset: end } of await consumer.offsets(places, 'latest')) {
    if (end === 0) continue
    consumer.assign([{ topic: topics.compacted, partition, from: 'earliest' }])
    for await (const { key, value, offset } of consumer) {
      newest.set(key ?? '', value)
      records += 1
      if (offset >= end - 1) break
    }
  }
  return { newest, records }
}
