// What Samsa writes for Apache Kafka to read: everything that a log can hold, topic by topic.

import type { CompressionCodec } from '@samsa/protocol'
import { type NewRecord, WrittenTopic } from './written-topic.ts'

const codecs: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

/** Small segments with dense indexes; `internal.segment.bytes` goes below the least that users may set. */
const small = { 'internal.segment.bytes': '4000', 'index.interval.bytes': '500' }

/** The topics, before anything is written. All times lie in the last hour, so that nothing is too old for Kafka. */
export function newTopics(nowMs: number): WrittenTopic[] {
  const startMs = nowMs - 3_600_000
  const topic = (name: string, settings: Record<string, string> = {}): WrittenTopic =>
    new WrittenTopic(name, startMs, { 'retention.ms': '-1', ...settings })
  return [
    topic('codecs', { 'index.interval.bytes': '500' }),
    topic('append-time', { 'message.timestamp.type': 'LogAppendTime' }),
    topic('recompressed', { 'compression.type': 'zstd' }),
    topic('segments', small),
    topic('transactions', small),
    topic('compacted', {
      ...small,
      'cleanup.policy': 'compact',
      'min.cleanable.dirty.ratio': '0.01',
      'delete.retention.ms': '86400000',
    }),
  ]
}

/** Fills all topics, the log directories being open. */
export async function writeTopics(topics: readonly WrittenTopic[]): Promise<void> {
  for (const topic of topics) await writers[topic.name]?.(topic)
  for (const { log } of topics) {
    log.setHighWatermark(log.logEndOffset)
    await log.flush()
  }
}

const writers: Readonly<Record<string, (topic: WrittenTopic) => Promise<void>>> = {
  codecs: async (topic) => {
    for (const [i, compression] of [...codecs, ...codecs].entries()) {
      await topic.append(oddRecords(compression), { compression })
      await topic.append(rows(`${compression} ${i}`, 40), { compression })
      if (i === codecs.length) topic.leaderEpoch = 1
    }
  },
  'append-time': async (topic) => {
    for (const compression of codecs) await topic.append(rows('late', 3), { compression })
    await topic.append(rows('idempotent', 5), { producerId: 900, producerEpoch: 0 })
  },
  recompressed: async (topic) => {
    for (const compression of codecs) await topic.append(rows(compression, 20), { compression })
  },
  segments: async (topic) => {
    const producer = { producerId: 901, producerEpoch: 2 }
    for (let i = 0; i < 60; i += 1) {
      // Timestamps that fall now and then, as those of many producers do.
      const records = rows(`batch ${i}`, 6).map((record, j) =>
        i % 7 === 3 ? { ...record, timestamp: Date.now() - 5_000_000 + i * 60_000 + j } : record,
      )
      await topic.append(records, i % 3 === 0 ? {} : producer)
      if (i === 30) topic.leaderEpoch = 1
    }
  },
  transactions: async (topic) => {
    for (let round = 0; round < 8; round += 1) {
      const [one, other] = [transactional(910, round), transactional(911, 0)]
      await topic.append(rows(`one ${round}`, 5), one)
      if (round % 4 === 0) await topic.append(rows(`other ${round}`, 3), other)
      await topic.append(rows('outside', 2), { producerId: 912, producerEpoch: 0 })
      await topic.append(rows(`one ${round} again`, 4), { ...one, compression: 'lz4' })
      await topic.end(round % 3 === 1 ? 'abort' : 'commit', 910, round + 1)
      topic.endEpoch(910)
      if (round % 4 === 3) await topic.end('abort', 911, 0)
    }
    await topic.append(rows('left open', 3), transactional(913, 0))
    await topic.append(rows('behind it', 3))
  },
  compacted: async (topic) => {
    const producer = { producerId: 920, producerEpoch: 0 }
    for (let round = 0; round < 30; round += 1) {
      const records = Array.from({ length: 12 }, (_, i) => ({
        key: `key ${(i * 5 + round) % 30}`,
        value: (i + round) % 9 === 4 ? null : `round ${round} value ${i} ${'.'.repeat(round * 2)}`,
      }))
      await topic.append(records, { ...producer, compression: codecs[round % 5] ?? 'none' })
      const one = transactional(921, round)
      await topic.append([{ key: `tx ${round % 4}`, value: `round ${round}` }], one)
      await topic.end(round % 3 === 2 ? 'abort' : 'commit', 921, round + 1)
      topic.endEpoch(921)
    }
  },
}

function transactional(
  producerId: number,
  producerEpoch: number,
): {
  readonly producerId: number
  readonly producerEpoch: number
  readonly isTransactional: true
} {
  return { producerId, producerEpoch, isTransactional: true }
}

function rows(word: string, count: number): NewRecord[] {
  return Array.from({ length: count }, (_, i) => ({
    key: i % 4 === 3 ? null : `${word} ${i}`,
    value: `value ${i} of ${word}`,
  }))
}

/** Nulls, empty bytes, headers, text beyond ASCII, and a value of many bytes. */
function oddRecords(word: string): NewRecord[] {
  return [
    { key: null, value: null },
    { key: '', value: '' },
    { key: word, value: null, headers: [{ key: 'empty', value: null }] },
    {
      key: 'größe',
      value: '日本語',
      headers: [
        { key: 'trace', value: Buffer.from('abc') },
        { key: 'trace', value: Buffer.alloc(0) },
      ],
    },
    { key: 'long', value: `${word} `.repeat(700) },
  ]
}
