// `samsa consume`: reads partitions by hand, without a group. Without --follow it reads up to where the logs ended when it
// began, however much is written meanwhile.

import { type KafkaClient, type Topic, topic as topicOf } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import type { ExitCode, Surroundings } from '../../command-line.ts'
import { withClient } from '../../connection/with-client.ts'
import { Progress } from '../../terminal/progress.ts'
import type { ConsumeFlags } from './command.ts'
import { decoder } from './decode.ts'
import { expressionFilter, type Filter, jsonOrText, keyFilter } from './filter.ts'
import { type Format, formatOf, jsonFormat, type RawRecord } from './format.ts'
import type { From } from '../../options/position.ts'

type RawTopic = Topic<Uint8Array | null, Uint8Array | null>

/** How often it is looked whether the ends are reached: what follows the last record may be no record. */
const lookEveryMs = 25
const writeBytes = 1 << 18

/** Prints the records; resolves when there is nothing more to print. */
export async function consume(
  topics: readonly string[],
  flags: ConsumeFlags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const format = formatFor(flags)
  const filters = filtersFor(flags)
  const printer = new Printer(surroundings, format)
  await withClient(flags, surroundings, async (client) => {
    const consumer = client.consumer<RawTopic>({
      isolationLevel: flags.uncommitted === true ? 'read_uncommitted' : 'read_committed',
    })
    const places = await placesOf(client, topics, flags)
    const ends = await consumer.offsets(places, 'latest')
    const starts = startsOf(flags.from, ends)
    consumer.assign(places.map((one, i) => ({ ...one, from: starts[i] ?? 'earliest' })))
    const range = new Range(
      places,
      ends.map(({ offset }) => offset),
      flags.follow === true,
    )
    const done = new AbortController()
    const signal = AbortSignal.any([done.signal, surroundings.interrupted])
    const look = setInterval(() => {
      if (range.isDone((one) => consumer.position(one.topic, one.partition))) done.abort()
    }, lookEveryMs)
    using _progress = new Progress(surroundings.output, () => `${printer.printed} records`)
    try {
      for await (const batch of consumer.batches({ signal })) {
        for (const record of batch.records) {
          if (!range.holds(record) || !filters.every((filter) => filter(record))) continue
          printer.add(record)
          if (printer.printed === flags.count) return
        }
        await printer.flush()
        if (range.isDone((one) => consumer.position(one.topic, one.partition))) return
      }
    } catch (error) {
      if (!signal.aborted || error !== signal.reason) throw error
    } finally {
      clearInterval(look)
      await printer.flush()
    }
  })
  return 0
}

function formatFor(flags: ConsumeFlags): Format {
  const key = flags.keyType === undefined ? undefined : decoder(flags.keyType)
  const value = flags.valueType === undefined ? undefined : decoder(flags.valueType)
  if (flags.json === true) return jsonFormat(key ?? decoder('text'), value ?? decoder('text'))
  const decoders = { ...(key === undefined ? {} : { key }), ...(value && { value }) }
  return formatOf(flags.format ?? '%s\\n', decoders)
}

function filtersFor(flags: ConsumeFlags): Filter[] {
  const filters: Filter[] = []
  if (flags.key !== undefined) filters.push(keyFilter(flags.key))
  if (flags.filter !== undefined) {
    const key = decoder(flags.keyType ?? 'text')
    const value = flags.valueType === undefined ? jsonOrText : decoder(flags.valueType)
    filters.push(expressionFilter(flags.filter, key, value))
  }
  return filters
}

interface Place {
  readonly topic: RawTopic
  readonly partition: number
}

async function placesOf(
  client: KafkaClient,
  names: readonly string[],
  { partition: wanted }: ConsumeFlags,
): Promise<Place[]> {
  await using finder = client.consumer<RawTopic>()
  const lists = await Promise.all(
    names.map(async (name) => {
      const topic = topicOf(name)
      const partitions = await finder.partitionsOf(topic)
      for (const partition of wanted) {
        if (partitions.includes(partition)) continue
        const message = `${name} has no partition ${partition}, it has ${partitions.length}`
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

/** The part of the logs that is to be read. */
class Range {
  readonly #places: readonly Place[]
  readonly #ends = new Map<string, number>()
  readonly #isEndless: boolean

  constructor(places: readonly Place[], ends: readonly number[], isEndless: boolean) {
    this.#places = places
    this.#isEndless = isEndless
    places.forEach(({ topic, partition }, i) => {
      this.#ends.set(`${topic.name}-${partition}`, ends[i] ?? 0)
    })
  }

  holds({ topic, partition, offset }: RawRecord): boolean {
    return this.#isEndless || offset < (this.#ends.get(`${topic}-${partition}`) ?? 0)
  }

  /** Whether every partition was read to its end; `positionOf` says where reading stands. */
  isDone(positionOf: (place: Place) => number | undefined): boolean {
    if (this.#isEndless) return false
    return this.#places.every((place) => {
      const end = this.#ends.get(`${place.topic.name}-${place.partition}`) ?? 0
      const position = positionOf(place)
      return position !== undefined && position >= end
    })
  }
}

/** Prints records, many at a time. */
class Printer {
  readonly #surroundings: Surroundings
  readonly #format: Format
  #parts: Uint8Array[] = []
  printed = 0

  constructor(surroundings: Surroundings, format: Format) {
    this.#surroundings = surroundings
    this.#format = format
  }

  add(record: RawRecord): void {
    const before = this.#parts.length
    try {
      this.#format(record, this.#parts)
    } catch (error) {
      this.#parts.length = before
      const { topic, partition, offset } = record
      const why = error instanceof Error ? error.message : String(error)
      throw new KafkaError('INVALID_RECORD', `${topic}-${partition}, offset ${offset}: ${why}`)
    }
    this.printed += 1
  }

  async flush(): Promise<void> {
    if (this.#parts.length === 0) return
    const text = Buffer.concat(this.#parts)
    this.#parts = []
    for (let from = 0; from < text.length; from += writeBytes) {
      await this.#surroundings.output.write(text.subarray(from, from + writeBytes))
    }
  }
}
