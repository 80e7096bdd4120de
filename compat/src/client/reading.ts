// What a consumer of ours is promised: everything once and in order, from where it was told, however often a loop ends.

import { connect, int32, string, topic } from '@samsa/client'
import { Kafka, logLevel } from 'kafkajs'
import { errorOf, type Story } from './story.ts'

const count = 5000

/** Records of all partitions, each in order, by the record and by the batch. */
export const order: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}order`, { key: string, value: int32 })
  const records = Array.from({ length: count }, (_, i) => ({ key: `k${i % 50}`, value: i }))
  await kafka.producer().sendAll(log, records)
  await using consumer = kafka.consumer<typeof log>({ maxPartitionFetchBytes: 10_000 })
  await consumer.assignAll([log], 'earliest')
  const lastOfKey = new Map<string, number>()
  let isOrdered = true
  let read = 0
  // Half record by record in loops that end early, half by the batch.
  while (read < count / 2) {
    let inLoop = 0
    for await (const { key, value } of consumer) {
      isOrdered &&= value > (lastOfKey.get(key) ?? -1)
      lastOfKey.set(key, value)
      read += 1
      if (++inLoop === 700) break
    }
  }
  for await (const batch of consumer.batches()) {
    for (const { key, value } of batch.records) {
      isOrdered &&= value > (lastOfKey.get(key) ?? -1)
      lastOfKey.set(key, value)
    }
    read += batch.records.length
    if (read >= count) break
  }
  checks.check(read === count, `all records are read once: ${read} of ${count}`)
  checks.check(isOrdered, 'the records of a key are in order')
}

/** Seeking, offsets at ends and times, positions and lag, pausing. */
export const positions: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}positions`, { value: int32 })
  const records = Array.from({ length: 100 }, (_, i) => {
    return { key: null, value: i, partition: 0, timestamp: 1_700_000_000_000 + i * 1000 }
  })
  await kafka.producer().sendAll(log, records)
  await using consumer = kafka.consumer<typeof log>()
  const place = { topic: log, partition: 0 }
  const next = async (): Promise<number | undefined> => {
    for await (const { value } of consumer) return value
    return undefined
  }
  consumer.assign([{ ...place, from: 42 }])
  checks.check((await next()) === 42, 'reading begins at an offset')
  checks.check(consumer.position(log, 0) === 43, `then comes 43: ${consumer.position(log, 0)}`)
  checks.check(consumer.lag(log, 0) === 57, `57 are left: ${consumer.lag(log, 0)}`)
  consumer.seek(log, 0, 'earliest')
  checks.check((await next()) === 0, 'it goes to the beginning')
  consumer.seek(log, 0, { timestamp: 1_700_000_000_000 + 10_500 })
  checks.check((await next()) === 11, 'it goes to a time')
  const ends = await consumer.offsets([place], 'latest')
  checks.check(ends[0]?.offset === 100, `the log ends at 100: ${ends[0]?.offset}`)
  const late = await consumer.offsets([place], { timestamp: 1_800_000_000_000 })
  checks.check(late[0]?.offset === -1, `nothing is so late: ${late[0]?.offset}`)
  const timed = await consumer.offsets([place], { timestamp: 1_700_000_005_000 })
  checks.check(timed[0]?.offset === 5, `a time has its offset: ${timed[0]?.offset}`)
  consumer.seek(log, 0, 100_000)
  consumer.seek(log, 0, 99)
  checks.check((await next()) === 99, 'the last seek counts')
  const wrong = await errorOf(consumer.offsets([{ topic: log, partition: 77 }], 'latest'))
  checks.check(wrong?.name === 'UNKNOWN_TOPIC_OR_PARTITION', `no such partition: ${wrong?.name}`)
}

/** Reset policies, pausing, aborting, records that cannot be read. */
export const trouble: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const text = topic(`${prefix}trouble`, { value: string })
  const numbers = topic(`${prefix}trouble`, { value: int32 })
  const producer = kafka.producer()
  await producer.send(numbers, { key: null, value: 1, partition: 0 })
  await producer.send(text, { key: null, value: 'no number', partition: 0 })
  await producer.send(numbers, { key: null, value: 2, partition: 0 })
  await producer.send(numbers, { key: null, value: 3, partition: 1 })
  await using strict = kafka.consumer<typeof numbers>({ autoOffsetReset: 'none' })
  strict.assign([{ topic: numbers, partition: 0 }])
  const unset = await errorOf(strict.records().next())
  checks.check(unset?.name === 'OFFSET_OUT_OF_RANGE', `none is an error: ${unset?.name}`)
  strict.seek(numbers, 0, 0)
  const first = await strict.records().next()
  checks.check(first.value?.value === 1, 'after the error it goes on')
  for (let i = 0; i < 2; i++) {
    const poison = await errorOf(strict.records().next())
    const names = poison?.message.includes(`${numbers.name}-0, offset 1, value`) === true
    checks.check(names, `a poison record is named, each time: ${poison?.message}`)
  }
  strict.seek(numbers, 0, 2)
  checks.check((await strict.records().next()).value?.value === 2, 'the next record is read')
  await using early = kafka.consumer<typeof numbers>({ autoOffsetReset: 'earliest' })
  early.assign([0, 1].map((partition) => ({ topic: numbers, partition, from: 100 * partition })))
  early.pause(numbers, 0)
  const reset = await early.records().next()
  checks.check(reset.value?.value === 3, 'out of range begins at the earliest, a pause is kept')
  early.resume(numbers, 0)
  checks.check((await early.records().next()).value?.value === 1, 'and resumed')
  const abort = new AbortController()
  await using idle = kafka.consumer<typeof numbers>()
  idle.assign([{ topic: numbers, partition: 1, from: 'latest' }])
  const waiting = errorOf(idle.records({ signal: abort.signal }).next())
  abort.abort(new Error('enough'))
  checks.check((await waiting)?.message === 'enough', 'an abort ends the wait')
  const end = idle.records().next()
  await idle.close()
  checks.check((await end).done === true, 'a closed consumer ends its loops')
}

/** A loop up to the end: what was there when it began, however much is written meanwhile, by a group or alone. */
export const upToTheEnd: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}log`, { value: int32 })
  const producer = kafka.producer()
  const write = (from: number, total: number) =>
    producer.sendAll(
      log,
      Array.from({ length: total }, (_, i) => ({ key: null, value: from + i, partition: i % 2 })),
    )
  await write(0, 1000)
  await using consumer = kafka.consumer<typeof log>({ maxPollRecords: 300 })
  await consumer.assignAll([log], 'earliest')
  const first: number[] = []
  for await (const { value } of consumer.records({ until: 'end' })) {
    if (first.length === 0) await write(1000, 1000)
    first.push(value)
  }
  checks.check(first.length === 1000, `what was there is read, and no more: ${first.length}`)
  const left = [0, 1].map((partition) => consumer.position(log, partition)).join()
  checks.check(left === '500,500', `the position is the end: ${left}`)
  const second: number[] = []
  for await (const { records } of consumer.batches({ until: 'end' })) {
    second.push(...records.map(({ value }) => value))
  }
  checks.check(second.length === 1000 && second.every((value) => value >= 1000), 'then the rest')
  for await (const _ of consumer.records({ until: 'end' })) checks.check(false, 'nothing is left')
  const group = { group: `${prefix}group`, topics: [log], autoOffsetReset: 'earliest' } as const
  await using member = kafka.consumer<typeof log>(group)
  let done = 0
  await member.run(() => void (done += 1), { until: 'end', concurrency: 4, orderedBy: 'key' })
  checks.check(done === 2000, `a member of a group runs to the end: ${done}`)
  const transactional = kafka.producer({ transactionalId: `${prefix}id` })
  const open = await transactional.beginTransaction()
  await open.send(log, { key: null, value: -1, partition: 0 })
  await open.abort()
  await using committed = kafka.consumer<typeof log>({ isolationLevel: 'read_committed' })
  await committed.assignAll([log], 'earliest')
  let visible = 0
  for await (const { value } of committed.records({ until: 'end' })) visible += value < 0 ? 0 : 1
  checks.check(visible === 2000, `aborted records at the end are no obstacle: ${visible}`)
  const stop = new AbortController()
  const waiting = errorOf(member.records({ signal: stop.signal }).next())
  stop.abort(new Error('enough'))
  checks.check((await waiting)?.message === 'enough', 'without it a loop waits for more')
}

/** Under read_committed records of aborted transactions are not seen, nor those behind an open one. */
export const committed: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}committed`, { value: string })
  await kafka.producer().send(log, { key: null, value: 'plain', partition: 0 })
  const other = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const producer = other.producer({
    transactionalId: `${prefix}tx`,
    idempotent: true,
    maxInFlightRequests: 1,
  })
  await producer.connect()
  for (const [value, isCommitted] of [
    ['aborted', false],
    ['committed', true],
    ['aborted too', false],
  ] as const) {
    const transaction = await producer.transaction()
    await transaction.send({ topic: log.name, messages: [{ value, partition: 0 }] })
    await (isCommitted ? transaction.commit() : transaction.abort())
  }
  await producer.disconnect()
  await kafka.producer().send(log, { key: null, value: 'end', partition: 0 })
  for (const isolationLevel of ['read_committed', 'read_uncommitted'] as const) {
    await using consumer = kafka.consumer<typeof log>({ isolationLevel })
    consumer.assign([{ topic: log, partition: 0, from: 'earliest' }])
    const read: string[] = []
    for await (const { value } of consumer) {
      read.push(value)
      if (value === 'end') break
    }
    const expected =
      isolationLevel === 'read_committed'
        ? 'plain,committed,end'
        : 'plain,aborted,committed,aborted too,end'
    checks.check(read.join() === expected, `${isolationLevel} sees ${read.join()}`)
  }
}

/** What no broker answers is told with every address and why. */
export const unreachable: Story = async ({ checks }) => {
  const brokers = ['127.0.0.1:1', '127.0.0.1:2']
  await using kafka = connect({ brokers, defaultApiTimeoutMs: 300 })
  const nowhere = topic('nowhere')
  await using consumer = kafka.consumer({ defaultApiTimeoutMs: 300 })
  const read = await errorOf(consumer.partitionsOf(nowhere))
  const producer = kafka.producer({ maxBlockMs: 300 })
  const sent = await errorOf(producer.send(nowhere, { key: null, value: null }))
  for (const [what, error] of [
    ['reading', read],
    ['sending', sent],
  ] as const) {
    const namesAll = brokers.every((address) => error?.message.includes(address))
    checks.check(namesAll, `${what} names all addresses: ${error?.message}`)
  }
}
