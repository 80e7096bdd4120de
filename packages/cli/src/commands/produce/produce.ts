// `samsa produce`: lines in, records out. Lines that arrive together leave together, several calls are on their way at a
// time, and the first record that cannot be written ends it all.

import { createReadStream } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { type Producer, topic as topicOf, type WrittenRange } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import { type ExitCode, type Surroundings, UsageError } from '../../command-line.ts'
import { withClient } from '../../connection/with-client.ts'
import { Progress } from '../../terminal/progress.ts'
import type { ProduceFlags } from './command.ts'
import { linesOf } from './lines.ts'
import { jsonLines, plainLines, type RawRecord, type RecordDefaults } from './record-lines.ts'

/** Calls on their way at the same time. */
const mostCalls = 16
/** With a rate, records leave in steps of this length. */
const rateStepMs = 50

/** Writes the records; resolves when the last one is written. */
export async function produce(
  topic: string,
  flags: ProduceFlags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  if (flags.format === 'json' && flags.keySeparator !== undefined) {
    throw new UsageError('a JSON line says its key itself: give no --key-separator')
  }
  const { transactionalId } = flags
  if (transactionalId !== undefined && flags.acks !== 'all') {
    throw new UsageError('a transaction needs --acks all')
  }
  const { output } = surroundings
  const isTyped = flags.file.length === 0 && surroundings.isInputTerminal
  if (isTyped && output.isErrorTerminal) output.error('A record a line; Ctrl-D ends.\n')
  const tally = new Tally(topic)
  await withClient(flags, surroundings, async (client) => {
    const producer = client.producer({
      acks: flags.acks,
      compressionType: flags.compression,
      maxBlockMs: flags.timeout * 1000,
      deliveryTimeoutMs: Math.max(flags.timeout * 1000, 1000),
      requestTimeoutMs: Math.max(Math.floor(flags.timeout * 1000) - 1, 1),
      ...(transactionalId === undefined ? {} : { transactionalId }),
    })
    const target = topicOf(topic)
    using _progress = new Progress(output, () => tally.sentence(), !isTyped)
    const writeAll = (writer: Pick<Producer, 'sendAll'>): Promise<void> =>
      inFlight(recordsOf(flags, surroundings), async (records) => {
        tally.add(await writer.sendAll(target, records))
      })
    if (transactionalId === undefined) return writeAll(producer)
    await producer.transaction(async (transaction) => {
      await writeAll(transaction)
      if (surroundings.interrupted.aborted) throw interruptedTransaction(transactionalId)
    })
  })
  await output.write(flags.json === true ? tally.json() : `${tally.sentence()}\n`)
  return 0
}

function interruptedTransaction(transactionalId: string): KafkaError {
  const message = `interrupted: transaction ${transactionalId} is aborted, nothing was written`
  return new KafkaError('TRANSACTION_ABORTABLE', message)
}

/** Carries out calls, `mostCalls` at a time; the first failure is thrown and nothing new begins. */
async function inFlight<T>(
  items: AsyncIterable<T>,
  call: (item: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>()
  const failures: unknown[] = []
  for await (const item of items) {
    const one = call(item)
      .catch((error: unknown) => void failures.push(error))
      .finally(() => running.delete(one))
    running.add(one)
    if (running.size >= mostCalls) await Promise.race(running)
    if (failures.length > 0) break
  }
  await Promise.all(running)
  if (failures.length > 0) throw failures[0]
}

/** The records of all inputs, as many at a time as came together, no faster than the rate. */
async function* recordsOf(
  flags: ProduceFlags,
  { input, interrupted }: Surroundings,
): AsyncGenerator<RawRecord[]> {
  const defaults: RecordDefaults = { ...flags, headers: flags.header }
  const read = flags.format === 'json' ? jsonLines(defaults) : plainLines(defaults)
  const atOnce =
    flags.rate === undefined
      ? Number.POSITIVE_INFINITY
      : Math.max(1, Math.floor((flags.rate * rateStepMs) / 1000))
  const startedAt = performance.now()
  let sent = 0
  for (const source of flags.file.length === 0 ? [input] : flags.file.map(fileOf)) {
    let number = 0
    for await (const lines of linesOf(source)) {
      for (let from = 0; from < lines.length; from += atOnce) {
        const some = lines.slice(from, from + atOnce)
        if (flags.rate !== undefined) {
          const due = startedAt + (sent / flags.rate) * 1000
          await delay(Math.max(0, due - performance.now()))
        }
        if (interrupted.aborted) return
        yield some.map((line) => read(line, ++number))
        sent += some.length
      }
    }
  }
}

async function* fileOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Uint8Array
  } catch (cause) {
    const code =
      typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
    throw new WorldError('not-found', path, `cannot read ${path}: ${code}`, { cause })
  }
}

/** What was written where. */
class Tally {
  readonly #topic: string
  readonly #partitions = new Map<number, { records: number; lastOffset: number }>()
  #records = 0

  constructor(topic: string) {
    this.#topic = topic
  }

  add(ranges: readonly WrittenRange[]): void {
    for (const { partition, baseOffset, recordCount } of ranges) {
      const one = this.#partitions.get(partition) ?? { records: 0, lastOffset: -1 }
      one.records += recordCount
      if (baseOffset >= 0) one.lastOffset = Math.max(one.lastOffset, baseOffset + recordCount - 1)
      this.#partitions.set(partition, one)
      this.#records += recordCount
    }
  }

  sentence(): string {
    const of = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
    const partitions = of(this.#partitions.size, 'partition')
    return `${of(this.#records, 'record')} written to ${this.#topic} (${partitions})`
  }

  json(): string {
    const partitions = [...this.#partitions]
      .toSorted(([a], [b]) => a - b)
      .map(([partition, { records, lastOffset }]) => ({ partition, records, lastOffset }))
    return `${JSON.stringify({ topic: this.#topic, records: this.#records, partitions })}\n`
  }
}
