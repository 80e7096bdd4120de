// Who writes: producers and transactions whose every record is judged, a stream that retention cuts, keys that
// compaction thins out, and kafkajs beside ours.

import { setTimeout as delay } from 'node:timers/promises'
import type { Transaction } from '@samsa/client'
import { type MicroOperation, outcomeOf } from '@samsa/simulator'
import { Kafka, logLevel } from 'kafkajs'
import { keyOf } from './history-book.ts'
import { connectTo, isPassing, partitionCount, type Stage, topics } from './stage.ts'

const pauseMs = 100
const anyPartition = (): number => Math.floor(Math.random() * partitionCount)
const nameOf = (error: unknown): string | undefined =>
  error instanceof Error && error.name !== 'WorldError' ? error.name : undefined

/** One record after the other, each acknowledged or not, in the history. */
export async function writeHistory(stage: Stage): Promise<void> {
  const { book, isOver } = stage
  await using kafka = connectTo(stage)
  const producer = kafka.producer()
  const proc = book.newProcess()
  while (!isOver()) {
    const [partition, value] = [anyPartition(), book.newValue()]
    const action = { f: 'send', value: [['send', keyOf(partition), value]] } as const
    book.begins(proc, action)
    try {
      const record = { key: null, value: String(value), partition }
      const { offset } = await producer.send(topics.history, record)
      book.ends(proc, 'ok', { f: 'send', value: [['send', keyOf(partition), value, offset]] })
    } catch (error) {
      if (!isPassing(error)) throw error
      book.ends(proc, outcomeOf(nameOf(error)), action)
    }
    await delay(pauseMs)
  }
}

/** Transactions of a few records in several partitions, a quarter of them aborted, in the history. */
export async function writeTransactions(stage: Stage, transactionalId: string): Promise<void> {
  const { book, isOver } = stage
  while (!isOver()) {
    await using kafka = connectTo(stage)
    const producer = kafka.producer({ transactionalId, transactionTimeoutMs: 10_000 })
    const proc = book.newProcess()
    try {
      while (!isOver()) {
        await transact(stage, proc, await producer.beginTransaction())
        await delay(2 * pauseMs)
      }
    } catch (error) {
      if (!isPassing(error)) throw error
      // Whatever became of the last one, the next producer of this id ends it.
      await delay(pauseMs)
    }
  }
}

async function transact({ book }: Stage, proc: number, transaction: Transaction): Promise<void> {
  const planned = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => {
    return { partition: anyPartition(), value: book.newValue() }
  })
  const sends = planned.map(
    ({ partition, value }): MicroOperation => ['send', keyOf(partition), value],
  )
  book.begins(proc, { f: 'txn', value: sends })
  let isEnding = false
  try {
    const written: MicroOperation[] = []
    for (const { partition, value } of planned) {
      const record = { key: null, value: String(value), partition }
      const { offset } = await transaction.send(topics.history, record)
      written.push(['send', keyOf(partition), value, offset])
    }
    if (Math.random() < 0.25) {
      await transaction.abort()
      book.ends(proc, 'fail', { f: 'txn', value: sends })
      return
    }
    isEnding = true
    await transaction.commit()
    book.ends(proc, 'ok', { f: 'txn', value: written })
  } catch (error) {
    // Nobody asked for a commit before the end: what fails there is never committed.
    const type = isEnding ? outcomeOf(nameOf(error), true) : 'fail'
    book.ends(proc, type, { f: 'txn', value: sends })
    throw error
  }
}

const retainedRecord = { key: null, value: 'r'.repeat(1000) }

/** A steady stream of a megabyte a second, far more than retention keeps. Resolves to the bytes that were written. */
export async function writeRetained(stage: Stage): Promise<number> {
  await using kafka = connectTo(stage)
  const producer = kafka.producer()
  let bytes = 0
  while (!stage.isOver()) {
    const records = Array.from({ length: 100 }, (_, i) => {
      return { ...retainedRecord, partition: i % partitionCount }
    })
    await producer.sendAll(topics.retained, records).then(
      () => (bytes += records.length * retainedRecord.value.length),
      (error: unknown) => {
        if (!isPassing(error)) throw error
      },
    )
    await delay(pauseMs)
  }
  return bytes
}

/** The newest value of each key that was acknowledged; keys whose last write has an unknown outcome have two. */
export type Newest = ReadonlyMap<string, readonly string[]>

const keyCount = 500

/** Overwrites the same keys again and again. Resolves to what they must hold, and the bytes that were written. */
export async function writeCompacted(stage: Stage): Promise<{ newest: Newest; bytes: number }> {
  await using kafka = connectTo(stage)
  const producer = kafka.producer()
  const newest = new Map<string, string[]>()
  let bytes = 0
  for (let round = 0; !stage.isOver(); round++) {
    const records = Array.from({ length: 100 }, (_, i) => {
      const number = (round * 100 + i * 7) % keyCount
      const value = `${round}-${i}-${'c'.repeat(1000)}`
      return { key: `key-${number}`, value, partition: number % partitionCount }
    })
    let isWritten = false
    try {
      await producer.sendAll(topics.compacted, records)
      isWritten = true
    } catch (error) {
      if (!isPassing(error)) throw error
    }
    for (const { key, value } of records) {
      const before = newest.get(key) ?? []
      newest.set(key, isWritten ? [value] : [...before, value])
      bytes += value.length
    }
    await delay(2 * pauseMs)
  }
  return { newest, bytes }
}

/** kafkajs writes into the stream that retention cuts. */
export async function writeWithKafkajs({ bootstrap, isOver }: Stage): Promise<void> {
  const settings = { clientId: 'kafkajs-writer', brokers: [bootstrap], logLevel: logLevel.NOTHING }
  const kafka = new Kafka({ ...settings, retry: { retries: 50, maxRetryTime: 2000 } })
  const producer = kafka.producer()
  await producer.connect()
  while (!isOver()) {
    const messages = Array.from({ length: 10 }, () => ({ value: retainedRecord.value }))
    await producer.send({ topic: topics.retained.name, messages })
    await delay(2 * pauseMs)
  }
  await producer.disconnect()
}
