// `samsa consume`: reads partitions, formats what is wanted of them and prints it. In a group it commits what was printed.

import { KafkaError } from '@samsa/protocol'
import type { ExitCode, Surroundings } from '../../command-line.ts'
import { withClient } from '../../connection/with-client.ts'
import { Progress } from '../../terminal/progress.ts'
import type { ConsumeFlags } from './command.ts'
import { decoder } from './decode.ts'
import { expressionFilter, type Filter, jsonOrText, keyFilter } from './filter.ts'
import { type Format, formatOf, jsonFormat, type RawRecord } from './format.ts'
import { beginReading } from './reading.ts'

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
    const reading = await beginReading(client, topics, flags)
    const done = new AbortController()
    const signal = AbortSignal.any([done.signal, surroundings.interrupted])
    const look = setInterval(() => {
      if (reading.isDone()) done.abort()
    }, lookEveryMs)
    const { output } = surroundings
    using _progress = new Progress(output, () => `${printer.printed} records`, !output.isTerminal)
    try {
      for await (const batch of reading.consumer.batches({ signal })) {
        for (const record of batch.records) {
          if (printer.printed === flags.count) break
          if (!reading.holds(record)) continue
          if (filters.every((filter) => filter(record))) printer.add(record)
          reading.dealtWith(record)
        }
        await printer.flush()
        await reading.commit()
        if (printer.printed === flags.count || reading.isDone()) return
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
