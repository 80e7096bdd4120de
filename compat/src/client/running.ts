// What `run` and `partitions` promise: order by key or partition while records are processed side by side, retries, dead
// letters that say where they come from and why.

import { connect, int32, string, topic } from '@samsa/client'
import { setTimeout as delay } from 'node:timers/promises'
import { errorOf, type Story } from './story.ts'

const count = 300

/** Side by side, yet in order. */
export const running: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}running`, { key: string, value: int32 })
  const records = Array.from({ length: count }, (_, i) => {
    return { key: `k${i % 30}`, value: i, partition: i % 3 }
  })
  await kafka.producer().sendAll(log, records)
  for (const orderedBy of ['partition', 'key'] as const) {
    const consumer = kafka.consumer({
      group: `${prefix}running-${orderedBy}`,
      topics: [log],
      autoOffsetReset: 'earliest',
      commits: 'processed',
    })
    const last = new Map<string, number>()
    let [isOrdered, done, atOnce, most] = [true, 0, 0, 0]
    await consumer.run(
      async ({ key, partition, value }) => {
        most = Math.max(most, ++atOnce)
        const place = orderedBy === 'key' ? key : `${partition}`
        await delay(value % 3)
        isOrdered &&= value > (last.get(place) ?? -1)
        last.set(place, value)
        atOnce -= 1
        if (++done === count) void consumer.close()
      },
      { concurrency: 8, orderedBy },
    )
    await consumer.close()
    checks.check(done === count, `by ${orderedBy}: ${done} of ${count} are processed`)
    checks.check(isOrdered, `by ${orderedBy}: in order`)
    const expected = orderedBy === 'key' ? 8 : 3
    checks.check(most === expected, `by ${orderedBy}: ${most} of ${expected} at a time`)
    const places = [0, 1, 2].map((partition) => ({ topic: log, partition }))
    const again = kafka.consumer<typeof log>({ group: `${prefix}running-${orderedBy}` })
    const offsets = (await again.committed(places)).map(({ offset }) => offset).join()
    checks.check(offsets === '100,100,100', `by ${orderedBy}: all is committed: ${offsets}`)
  }
}

/** A record that takes long holds up its key alone; what is committed ends before it. */
export const slowRecord: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}log`, { key: string, value: int32 })
  const records = Array.from({ length: 1000 }, (_, i) => {
    return { key: i % 100 === 7 ? 'slow' : `k${i % 50}`, value: i, partition: 0 }
  })
  await kafka.producer().sendAll(log, records)
  const group = `${prefix}group`
  const options = { group, topics: [log], autoOffsetReset: 'earliest' } as const
  const consumer = kafka.consumer({ ...options, maxPollRecords: 50, commits: 'processed' })
  const others = Promise.withResolvers<void>()
  const last = new Map<string, number>()
  let [done, isOrdered] = [0, true]
  let committed: number | undefined
  const late = delay(10_000, undefined, { ref: false }).then(() => others.resolve())
  await Promise.race([
    consumer.run(
      async ({ key, value }) => {
        if (value === 7) {
          await others.promise
          const [first] = await consumer.committed([{ topic: log, partition: 0 }])
          committed = first?.offset
        }
        isOrdered &&= value > (last.get(key) ?? -1)
        last.set(key, value)
        if (++done === 990) others.resolve()
      },
      { concurrency: 4, orderedBy: 'key', until: 'end' },
    ),
    late,
  ])
  checks.check(done === 1000, `everything is processed: ${done} of 1000`)
  checks.check(isOrdered, 'each key in order')
  checks.check(committed === 7, `what is committed ends before the slow one: ${committed}`)
  await consumer.close()
  const again = kafka.consumer<typeof log>({ group })
  const [after] = await again.committed([{ topic: log, partition: 0 }])
  checks.check(after?.offset === 1000, `in the end all is committed: ${after?.offset}`)
  await again.close()
}

/** What fails is tried again, then put aside; what cannot be read is put aside at once. */
export const deadLetters: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}letters`, { key: string, value: int32 })
  const raw = topic(`${prefix}letters`, { key: string, value: string })
  const producer = kafka.producer()
  const headers = { trace: 'abc' }
  for (const value of [0, 1]) await producer.send(log, { key: 'k', value, partition: 0, headers })
  await producer.send(raw, { key: 'k', value: 'no number', partition: 0, headers })
  await producer.send(log, { key: 'k', value: 3, partition: 0, headers })
  const group = `${prefix}letters`
  const options = { group, topics: [log], autoOffsetReset: 'earliest' } as const
  const attempts: string[] = []
  const fails = (value: number): boolean => value === 1
  await using strict = kafka.consumer(options)
  const ended = await errorOf(
    strict.run(
      ({ value }, { attempt }) => {
        attempts.push(`${value}/${attempt}`)
        if (fails(value)) throw new Error('it does not work')
      },
      { retries: 2, retryBackoffMs: 5 },
    ),
  )
  checks.check(attempts.join() === '0/1,1/1,1/2,1/3', `it is tried again: ${attempts.join()}`)
  const message = ended?.message ?? ''
  const names = message.includes(`${log.name}-0, offset 1`) && message.includes('does not work')
  checks.check(names, `the run ends, and says where: ${message}`)
  const rest: number[] = []
  await strict.run(
    ({ value }) => {
      rest.push(value)
      if (fails(value)) throw new Error('it does not work')
      if (value === 3) void strict.close()
    },
    { deadLetters: `${prefix}dead` },
  )
  checks.check(rest.join() === '1,3', `a later run begins with it: ${rest.join()}`)
  await strict.close()
  await using reader = kafka.consumer({ autoOffsetReset: 'earliest' })
  const dead = topic(`${prefix}dead`)
  await reader.assignAll([dead])
  const letters: string[] = []
  for await (const letter of reader) {
    const header = (name: string): string | undefined => {
      return letter.headers.find(({ key }) => key === name)?.value?.toString()
    }
    const place = ['topic', 'partition', 'offset'].map((part) => header(`dead-letter.${part}`))
    const reason = header('dead-letter.reason')?.includes('does not work') ? 'failed' : 'unreadable'
    letters.push(`${place.join(' ')} ${reason} ${header('trace')} ${header('dead-letter.group')}`)
    if (letters.length === 2) break
  }
  const expected = [
    `${log.name} 0 1 failed abc ${group}`,
    `${log.name} 0 2 unreadable abc ${group}`,
  ].join()
  checks.check(letters.sort().join() === expected, `dead letters: ${letters.join()}`)
}

/** A stream for each partition, read side by side, ended when it is given up. */
export const streams: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const log = topic(`${prefix}streams`, { key: string, value: int32 })
  const records = Array.from({ length: count }, (_, i) => {
    return { key: 'k', value: i, partition: i % 3 }
  })
  await kafka.producer().sendAll(log, records)
  const group = `${prefix}streams`
  const options = { group, topics: [log], autoOffsetReset: 'earliest' } as const
  const consumer = kafka.consumer({ ...options, heartbeatIntervalMs: 200 })
  const counts = new Map<number, number>()
  const ended: number[] = []
  const reading = (async () => {
    const streams: Promise<void>[] = []
    for await (const stream of consumer.partitions()) {
      streams.push(
        (async () => {
          for await (const batch of stream.batches()) {
            const before = counts.get(batch.partition) ?? 0
            counts.set(batch.partition, before + batch.records.length)
          }
          if (stream.signal.aborted) ended.push(stream.partition)
        })(),
      )
    }
    await Promise.all(streams)
  })()
  const sum = (): number => [...counts.values()].reduce((all, some) => all + some, 0)
  for (let tries = 0; tries < 400 && sum() < count; tries++) await delay(25)
  checks.check(sum() === count && counts.size === 3, `three streams read ${sum()} of ${count}`)
  const other = kafka.consumer({ ...options, heartbeatIntervalMs: 200 })
  const waiting = other.records().next()
  for (let tries = 0; tries < 400 && ended.length === 0; tries++) await delay(25)
  checks.check(ended.length === 1, `a stream ends when its partition goes: ${ended.join()}`)
  await other.close()
  await waiting
  await consumer.close()
  await reading
  checks.check(new Set(ended).size === 3, `in the end all have ended: ${ended.join()}`)
}
