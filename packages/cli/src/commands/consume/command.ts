// `samsa consume`: its options.

import { type Command, Option } from 'commander'
import type { Register } from '../../command-line.ts'
import { type ConnectionFlags, withConnection } from '../../connection/with-client.ts'
import { type Decoding, decodings } from './decode.ts'
import { type From, placeOf } from '../../options/position.ts'

import { collectedNumbers, wholeNumber } from '../../options/values.ts'

/** The flags of `samsa consume`, as parsed. */
export interface ConsumeFlags extends ConnectionFlags {
  /** Without a group from the start; in a group where it is, and from the start where it has never been. */
  readonly from?: From
  readonly group?: string
  readonly follow?: boolean
  readonly count?: number
  readonly partition: readonly number[]
  readonly format?: string
  readonly json?: boolean
  readonly keyType?: Decoding
  readonly valueType?: Decoding
  readonly key?: string
  readonly filter?: string
  readonly uncommitted?: boolean
}

/** Registers the command. */
export const register: Register = (program, shell) => {
  const decoding = (flags: string, what: string) => new Option(flags, what).choices([...decodings])
  const command: Command = program
    .command('consume')
    .description('Read records from topics: what is there, or with --follow what comes too.')
    .argument('<topic...>', 'what to read')
    .option('-o, --from <place>', 'start (default), end, offset, -N, time, or 15m ago', place)
    .option('-g, --group <id>', 'read as a member of this group, and commit what was printed')
    .option('-F, --follow', 'go on with records as they come')
    .option('-c, --count <number>', 'end after so many records', wholeNumber(1))
    .option('-p, --partition <number>', 'only this partition; many times', collectedNumbers, [])
    .option('-f, --format <text>', "how a record is printed, as kcat's -f (default: %s\\n)")
    .option('--json', 'one JSON object a record')
    .addOption(decoding('--key-type <type>', 'what keys are (default: text)'))
    .addOption(decoding('--value-type <type>', 'what values are (default: text)'))
    .option('-k, --key <text>', 'only records with this key')
    .option('--filter <expression>', 'only records for which this JavaScript is true')
    .option('--uncommitted', 'also records of open and aborted transactions')
    .addHelpText('after', examples)
  withConnection(command).action((topics: readonly string[], flags: ConsumeFlags) =>
    shell.run('consume', async (surroundings) => {
      const { consume } = await import('./consume.ts')
      return consume(topics, flags, surroundings)
    }),
  )
}

const examples = `
Examples:
  samsa consume orders                               everything there is
  samsa consume orders --from -10                    the last 10 records of each partition
  samsa consume orders --from 15m --follow           the last quarter of an hour, and what comes
  samsa consume orders --group analysts --follow     share the partitions with others
  samsa consume orders -f '%t [%p] %o: %k = %s\\n'
  samsa consume orders --json --value-type json --filter 'value.cents > 1000'

Tokens of --format: %s value, %k key, %t topic, %p partition, %o offset, %T timestamp, %h headers,
%S and %K lengths, %%. --filter knows key, value, headers, topic, partition, offset and timestamp.`

function place(value: string): From {
  return placeOf(value, Date.now())
}
