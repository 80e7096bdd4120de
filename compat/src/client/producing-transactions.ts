// What a transactional producer of ours is promised: all of a transaction or nothing, offsets with it, former producers
// shut out, and a producer that goes on after whatever went wrong.

import { connect, type KafkaClient, nullable, string, topic } from '@samsa/client'
import { Kafka, logLevel } from 'kafkajs'
import { errorOf, type Story } from './story.ts'

const finals = ['end']

/** What a reader with read_committed sees, up to a record that says so. */
async function committedIn(kafka: KafkaClient, name: string): Promise<string[]> {
  const log = topic(name, { key: nullable(string), value: string })
  await kafka.producer().send(log, { key: null, value: 'end', partition: 0 })
  await using consumer = kafka.consumer<typeof log>({ isolationLevel: 'read_committed' })
  consumer.assign([{ topic: log, partition: 0, from: 'earliest' }])
  const read: string[] = []
  for await (const { value } of consumer) {
    if (finals.includes(value)) break
    read.push(value)
  }
  return read
}

/** Commits, aborts by exceptions, by hand and by the end of a block, and a producer that goes on after each. */
export const transactions: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}log`, { key: nullable(string), value: string })
  const other = topic(`${prefix}other`, { key: nullable(string), value: string })
  const producer = kafka.producer({ transactionalId: `${prefix}id` })
  const place = { key: null, partition: 0 }
  const result = await producer.transaction(async (tx) => {
    const { offset } = await tx.send(log, { ...place, value: 'a' })
    await tx.sendAll(other, [{ ...place, value: 'o' }])
    void tx.send(log, { ...place, value: 'b' })
    return offset
  })
  checks.check(result === 0, `the function's value comes back: ${result}`)
  const thrown = await errorOf(
    producer.transaction(async (tx) => {
      await tx.send(log, { ...place, value: 'thrown' })
      void tx.send(log, { ...place, value: 'thrown too' })
      throw new Error('enough')
    }),
  )
  checks.check(thrown?.message === 'enough', `an exception aborts: ${thrown?.message}`)
  await producer.transaction((tx) => void tx.send(log, { ...place, value: 'c' }))
  await producer.transaction(() => {})
  {
    await using tx = await producer.beginTransaction()
    await tx.send(log, { ...place, value: 'left' })
    const busy = await errorOf(producer.beginTransaction())
    checks.check(busy?.name === 'INVALID_TXN_STATE', `one at a time: ${busy?.message}`)
  }
  const byHand = await producer.beginTransaction()
  await byHand.send(log, { ...place, value: 'd' })
  await byHand.commit()
  const over = await errorOf(byHand.send(log, { ...place, value: 'late' }))
  checks.check(over?.name === 'INVALID_TXN_STATE', `what is over takes nothing: ${over?.message}`)
  const wrong = await errorOf(
    producer.transaction((tx) => {
      void tx.send(log, { ...place, value: 'whole' })
      void tx.send(log, { ...place, value: 7 as never })
    }),
  )
  checks.check(wrong?.name === 'INVALID_RECORD', `a record refused is a transaction refused`)
  const stop = new AbortController()
  const stopped = await errorOf(
    producer.transaction(
      async (tx) => {
        await tx.send(log, { ...place, value: 'stopped' })
        stop.abort(new Error('stop'))
        await tx.send(log, { ...place, value: 'stopped too' })
      },
      { signal: stop.signal },
    ),
  )
  checks.check(stopped?.message === 'stop', `a signal aborts: ${stopped?.message}`)
  const outside = await errorOf(producer.send(log, { ...place, value: 'outside' }))
  checks.check(outside?.name === 'INVALID_TXN_STATE', `nothing outside: ${outside?.message}`)
  await producer.transaction((tx) => void tx.send(log, { ...place, value: 'e' }))
  await producer.close()
  const seen = await committedIn(kafka, log.name)
  checks.check(seen.join() === 'a,b,c,d,e', `readers see what was committed: ${seen.join()}`)
  const beside = await committedIn(kafka, other.name)
  checks.check(beside.join() === 'o', `in all topics of it: ${beside.join()}`)
}

/** A producer that took the transactional id shuts out the one before, whatever that is about to do. */
export const fencing: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}log`, { key: nullable(string), value: string })
  const place = { key: null, partition: 0 }
  const options = { transactionalId: `${prefix}id` }
  const old = kafka.producer(options)
  const open = await old.beginTransaction()
  await open.send(log, { ...place, value: 'old' })
  const young = kafka.producer(options)
  await young.transaction((tx) => void tx.send(log, { ...place, value: 'young' }))
  await errorOf(open.send(log, { ...place, value: 'zombie' }))
  const refused = await errorOf(open.commit())
  const isTold = refused?.name === 'PRODUCER_FENCED' || refused?.name === 'INVALID_PRODUCER_EPOCH'
  checks.check(isTold, `the former producer is told: ${refused?.message}`)
  await open.abort()
  const fenced = await errorOf(old.transaction(() => {}))
  checks.check(fenced?.name === 'PRODUCER_FENCED', `and stays out: ${fenced?.message}`)
  const named = fenced?.message.includes(`${prefix}id`) === true
  checks.check(named, `the error names the transactional id: ${fenced?.message}`)
  await young.transaction((tx) => void tx.send(log, { ...place, value: 'again' }))
  const seen = await committedIn(kafka, log.name)
  checks.check(seen.join() === 'young,again', `the new one goes on: ${seen.join()}`)
}

/** Offsets of a group count when the transaction is committed, and only then. */
export const offsetsInTransactions: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const input = topic(`${prefix}input`, { key: nullable(string), value: string })
  const output = topic(`${prefix}output`, { key: nullable(string), value: string })
  const values = ['1', '2', '3', '4']
  const records = values.map((value) => ({ key: null, value, partition: 0 }))
  await kafka.producer().sendAll(input, records)
  const groupId = `${prefix}group`
  const reader = { groupId, generationId: -1, memberId: '', groupInstanceId: null }
  const producer = kafka.producer({ transactionalId: `${prefix}id` })
  const other = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const admin = other.admin()
  await admin.connect()
  const committed = async (): Promise<string | undefined> => {
    const [first] = await admin.fetchOffsets({ groupId, topics: [input.name] })
    return first?.partitions.find(({ partition }) => partition === 0)?.offset
  }
  const work = async (offset: number, isKept: boolean): Promise<void> => {
    await using consumer = kafka.consumer<typeof input>()
    consumer.assign([{ topic: input, partition: 0, from: offset }])
    for await (const batch of consumer.batches()) {
      await errorOf(
        producer.transaction(async (tx) => {
          const [first] = batch.records
          if (first === undefined) return
          await tx.send(output, { key: null, value: `${first.value}!`, partition: 0 })
          await tx.sendOffsets(reader, first)
          if (!isKept) throw new Error('not kept')
        }),
      )
      break
    }
  }
  await work(0, true)
  await work(1, false)
  checks.check((await committed()) === '1', `aborted offsets do not count: ${await committed()}`)
  await work(1, true)
  checks.check((await committed()) === '2', `committed ones do: ${await committed()}`)
  await producer.transaction((tx) =>
    tx.sendOffsets(reader, [{ topic: input.name, partition: 0, offset: 4, metadata: 'all' }]),
  )
  checks.check((await committed()) === '4', `offsets alone: ${await committed()}`)
  const stranger = { groupId, generationId: 7, memberId: 'nobody', groupInstanceId: null }
  const refused = await errorOf(
    producer.transaction(async (tx) => {
      await tx.send(output, { key: null, value: 'stranger', partition: 0 })
      await tx.sendOffsets(stranger, { topic: input.name, partition: 0, offset: 0 })
    }),
  )
  const names = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION']
  checks.check(names.includes(refused?.name ?? ''), `a stranger commits nothing: ${refused}`)
  checks.check(
    refused?.message.includes(groupId) === true,
    `it names the group: ${refused?.message}`,
  )
  const seen = await committedIn(kafka, output.name)
  checks.check(seen.join() === '1!,2!', `outputs are there once: ${seen.join()}`)
  await admin.disconnect()
}
