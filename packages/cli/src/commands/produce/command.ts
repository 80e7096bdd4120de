// `samsa produce`: its options.

import { type Command, Option } from 'commander'
import type { Register } from '../../command-line.ts'
import { type ConnectionFlags, withConnection } from '../../connection/with-client.ts'

import { collected, collectedPairs, positiveNumber, wholeNumber } from '../../options/values.ts'

/** The flags of `samsa produce`, as parsed. */
export interface ProduceFlags extends ConnectionFlags {
  readonly file: readonly string[]
  readonly format: 'lines' | 'json'
  readonly keySeparator?: string
  readonly key?: string
  readonly partition?: number
  readonly header: readonly (readonly [string, string])[]
  readonly nullValue?: string
  readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly acks: 'all' | '1' | '0'
  readonly rate?: number
  readonly transactionalId?: string
  readonly json?: boolean
}

/** Registers the command. */
export const register: Register = (program, shell) => {
  const command: Command = program
    .command('produce')
    .description('Write records to a topic: one for each line of standard input or of files.')
    .argument('<topic>', 'where to; created if the brokers are set to')
    .option('-f, --file <path>', 'read this file instead of standard input', collected, [])
    .addOption(
      new Option('--format <form>', 'what a line is: a value, or a JSON object')
        .choices(['lines', 'json'])
        .default('lines'),
    )
    .option('-K, --key-separator <text>', 'what stands between key and value of a line')
    .option('-k, --key <text>', 'the key of records that bring none')
    .option('-p, --partition <number>', 'write to this partition', wholeNumber(0))
    .option(
      '-H, --header <name=value>',
      'a header for every record; many times',
      collectedPairs,
      [],
    )
    .option('--null-value <text>', 'a value that stands for null (a tombstone)')
    .addOption(
      new Option('-z, --compression <codec>', 'how batches are compressed')
        .choices(['none', 'gzip', 'snappy', 'lz4', 'zstd'])
        .default('none'),
    )
    .addOption(
      new Option('--acks <who>', 'who must have a record before it counts as written')
        .choices(['all', '1', '0'])
        .default('all'),
    )
    .option('--rate <number>', 'at most so many records a second', positiveNumber)
    .option(
      '--transactional-id <id>',
      'all records in one transaction under this id: all of them are written, or none',
    )
    .option('--json', 'the summary as one JSON object')
    .addHelpText('after', examples)
  withConnection(command).action((topic: string, flags: ProduceFlags) =>
    shell.run('produce', async (surroundings) => {
      const { produce } = await import('./produce.ts')
      return produce(topic, flags, surroundings)
    }),
  )
}

const examples = `
Examples:
  echo hello | samsa produce greetings
  samsa produce orders -K : < orders.txt             each line is key:value
  samsa produce orders --format json -f orders.jsonl -z zstd
  samsa produce ticks --rate 100 -H source=replay -f ticks.csv
  samsa produce orders --transactional-id import-7 -f orders.txt    all of them or none

A JSON line may hold key, value, partition, timestamp and headers: {"key":"a","value":{"cents":5}}`
