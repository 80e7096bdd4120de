// Records come back as they went in, whatever the codec, the acknowledgement and the parts that are missing.

import type { Checks } from '../runner/suite.ts'
import type { Kcat } from './kcat.ts'

/** The codecs that kcat knows. */
export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const

/** Codecs by acknowledgements, idempotence, keys, headers, nulls. */
export async function records(kcat: Kcat, checks: Checks): Promise<void> {
  const lines = Array.from(
    { length: 200 },
    (_, i) => `key-${i % 7}:value ${i} ${'samsa '.repeat(9)}`,
  )
  // The first request creates the topic, so that acks=0 has a leader to send to.
  await kcat.produce('-t codecs -p 0', 'first')
  let next = 1
  for (const codec of codecs) {
    for (const acks of ['0', '1', 'all']) {
      await kcat.produce(`-t codecs -p 0 -K: -z ${codec} -X acks=${acks}`, lines.join('\n'))
      // With acks=0 nothing says when the last request has been carried out.
      let read = await kcat.consume(`-t codecs -p 0 -o ${next}`)
      for (let tries = 0; read.length < lines.length && tries < 20; tries++) {
        read = await kcat.consume(`-t codecs -p 0 -o ${next}`)
      }
      next += read.length
      const back = read.map(({ key, payload }) => `${key}:${payload}`)
      checks.check(
        back.join('\n') === lines.join('\n'),
        `-z ${codec} -X acks=${acks} brings ${lines.length} records back, not ${back.length}`,
      )
    }
  }

  const idempotent = lines.slice(0, 100)
  await kcat.produce(
    `-t idempotent -p 0 -K: -X enable.idempotence=true -X linger.ms=0 -X batch.num.messages=10`,
    idempotent.join('\n'),
  )
  const once = await kcat.consume('-t idempotent -p 0 -o beginning')
  checks.check(
    once.map(({ key, payload }) => `${key}:${payload}`).join('\n') === idempotent.join('\n'),
    `an idempotent producer's 100 records are stored once and in order, read ${once.length}`,
  )

  await kcat.produce('-t parts -p 0 -k thing -H first=1 -H second=zwei -H empty=', 'with headers')
  await kcat.produce('-t parts -p 0 -K: -Z', 'deleted:\n')
  await kcat.produce('-t parts -p 0', 'without key')
  const [headers, tombstone, keyless] = await kcat.consume('-t parts -p 0 -o beginning')
  checks.check(
    headers?.headers?.join() === 'first,1,second,zwei,empty,' && headers.key === 'thing',
    `headers come back in order: ${JSON.stringify(headers)}`,
  )
  checks.check(
    tombstone?.key === 'deleted' && tombstone.payload === null,
    `a null value stays null: ${JSON.stringify(tombstone)}`,
  )
  checks.check(
    keyless?.key === null && keyless.payload === 'without key',
    `a record without key has none: ${JSON.stringify(keyless)}`,
  )
  const age = Date.now() - (headers?.ts ?? 0)
  checks.check(
    headers?.tstype === 'create' && age >= 0 && age < 60_000,
    `the producer's time is kept: ${headers?.tstype} ${headers?.ts}`,
  )
  checks.check(
    [headers, tombstone, keyless].map((read) => read?.offset).join() === '0,1,2',
    'offsets count from 0',
  )

  await kcat.produce('-t spread -K:', lines.join('\n'))
  const spread = await kcat.consume('-t spread -o beginning')
  const places = new Map<string | null, Set<number>>()
  for (const { key, partition } of spread) {
    places.set(key, (places.get(key) ?? new Set()).add(partition))
  }
  checks.check(spread.length === lines.length, `all partitions are read: ${spread.length}`)
  checks.check(
    places.size === 7 && [...places.values()].every((partitions) => partitions.size === 1),
    'a key lies in one partition',
  )
}
