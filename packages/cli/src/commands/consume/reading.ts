// What is read and up to where: partitions assigned by hand, or those that a group gives to this member. Without --follow
// reading ends where the logs ended when it began, however much is written meanwhile.

import { type Consumer, type KafkaClient, type Topic, topic as topicOf } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import { UsageError } from '../../command-line.ts'
import type { From } from '../../options/position.ts'
import type { ConsumeFlags } from './command.ts'
import type { RawRecord } from './format.ts'

type RawTopic = Topic<Uint8Array | null, Uint8Array | null>

interface Place {
  readonly topic: RawTopic
  readonly partition: number
}

/** Begins to read the topics; nothing is fetched before somebody iterates. */
export async function beginReading(
  client: KafkaClient,
  names: readonly string[],
  flags: ConsumeFlags,
): Promise<Reading> {
  const isolationLevel = flags.uncommitted === true ? 'read_uncommitted' : 'read_committed'
  const topics = names.map((name): RawTopic => topicOf(name))
  const { group, from = 'earliest' } = flags
  const reads = {
    isolationLevel,
    defaultApiTimeoutMs: flags.timeout * 1000,
    // Looking at a topic that is not there does not create it.
    allowAutoCreateTopics: false,
  } as const
  if (group === undefined) {
    const consumer = client.consumer<RawTopic>(reads)
    const places = await placesOf(consumer, topics, flags.partition)
    const ends = await consumer.offsets(places, 'latest')
    const starts = startsOf(from, ends)
    consumer.assign(places.map((one, i) => ({ ...one, from: starts[i] ?? 'earliest' })))
    return new Reading(consumer, places, ends, flags)
  }
  if (flags.partition.length > 0) {
    throw new UsageError('a group says who reads which partition: give no --partition')
  }
  if (from !== 'earliest' && from !== 'latest') {
    throw new UsageError(
      'in a group --from is start or end, for partitions it has never read; samsa group reset moves it',
    )
  }
  const consumer = client.consumer<RawTopic>({
    ...reads,
    group,
    commits: 'manual',
    autoOffsetReset: from,
  })
  const places = await placesOf(consumer, topics, [])
  const ends = await consumer.offsets(places, 'latest')
  consumer.subscribe(topics)
  return new Reading(consumer, places, ends, flags)
}

async function placesOf(
  consumer: Consumer<RawTopic>,
  topics: readonly RawTopic[],
  wanted: readonly number[],
): Promise<Place[]> {
  const lists = await Promise.all(
    topics.map(async (topic) => {
      const partitions = await consumer.partitionsOf(topic)
      for (const partition of wanted) {
        if (partitions.includes(partition)) continue
        const message = `${topic.name} has no partition ${partition}, it has ${partitions.length}`
        throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', message)
      }
      const chosen = wanted.length === 0 ? partitions : wanted
      return chosen.map((partition) => ({ topic, partition }))
    }),
  )
  return lists.flat()
}

function startsOf(from: From, ends: readonly { readonly offset: number }[]) {
  if (typeof from !== 'object' || !('beforeEnd' in from)) return ends.map(() => from)
  return ends.map(({ offset }) => Math.max(0, offset - from.beforeEnd))
}

/** A consumer and the part of the logs that it is to read. */
class Reading {
  readonly consumer: Consumer<RawTopic>
  readonly #places = new Map<string, Place & { readonly end: number }>()
  readonly #isEndless: boolean
  readonly #isInGroup: boolean
  /** Next offsets of what was printed and is not committed. */
  readonly #printed = new Map<string, { topic: string; partition: number; offset: number }>()

  constructor(
    consumer: Consumer<RawTopic>,
    places: readonly Place[],
    ends: readonly { readonly offset: number }[],
    flags: ConsumeFlags,
  ) {
    this.consumer = consumer
    this.#isEndless = flags.follow === true
    this.#isInGroup = flags.group !== undefined
    places.forEach((place, i) => {
      const end = ends[i]?.offset ?? 0
      this.#places.set(`${place.topic.name}-${place.partition}`, { ...place, end })
    })
  }

  /** Whether a record belongs to what is to be read. */
  holds({ topic, partition, offset }: RawRecord): boolean {
    return this.#isEndless || offset < (this.#places.get(`${topic}-${partition}`)?.end ?? 0)
  }

  /** Whether every partition that this consumer has was read to its end. In a group it may have none yet. */
  isDone(): boolean {
    if (this.#isEndless) return false
    const mine = this.#isInGroup ? this.consumer.assigned : this.consumer.assignment
    if (this.#isInGroup && mine.length === 0) return false
    return mine.every(({ topic, partition }) => {
      const place = this.#places.get(`${topic}-${partition}`)
      if (place === undefined) return true
      const position = this.consumer.position(place.topic, partition)
      return position !== undefined && position >= place.end
    })
  }

  /** Takes note of a record that was dealt with, printed or not wanted. */
  dealtWith({ topic, partition, offset }: RawRecord): void {
    if (!this.#isInGroup) return
    this.#printed.set(`${topic}-${partition}`, { topic, partition, offset: offset + 1 })
  }

  /** In a group: commits what was dealt with. */
  async commit(): Promise<void> {
    if (this.#printed.size === 0) return
    const offsets = [...this.#printed.values()]
    this.#printed.clear()
    await this.consumer.commit(offsets)
  }
}
