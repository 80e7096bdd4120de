// `samsa bench`: its commands and options.

import { type Command, Option } from 'commander'
import type { Register } from '../../command-line.ts'
import { type ConnectionFlags, withConnection } from '../../connection/with-client.ts'
import { wholeNumber } from '../../options/values.ts'

/** The flags of `samsa bench`, as parsed. */
export interface BenchFlags extends ConnectionFlags {
  readonly topic: string
  readonly partitions: number
  readonly records: number
  readonly size: number
  readonly compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
  readonly acks: 'all' | '1' | '0'
  readonly json?: boolean
}

/** Registers the commands. */
export const register: Register = (program, shell) => {
  const bench = program
    .command('bench')
    .description('How fast a cluster takes, gives and passes on records.')
    .addHelpText('after', examples)
  const withRecords = (command: Command, records: number): Command =>
    withConnection(command)
      .option('-t, --topic <name>', 'a topic of its own, created if it is not there', 'samsa-bench')
      .option('-p, --partitions <number>', 'of a topic that is created', wholeNumber(1, 1000), 6)
      .option('-n, --records <number>', 'how many records', wholeNumber(1, 1e9), records)
      .option('-s, --size <bytes>', 'bytes of a value', wholeNumber(1, 1_000_000), 100)
      .option('--json', 'as one JSON object')
  const withWriting = (command: Command): Command =>
    command
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
  withWriting(
    withRecords(bench.command('produce').description('Write records as fast as they go.'), 1e6),
  ).action((flags: BenchFlags) =>
    shell.run('bench produce', async (surroundings) => {
      return (await import('./throughput.ts')).produce(flags, surroundings)
    }),
  )
  withRecords(
    bench
      .command('consume')
      .description('Read what the topic holds, until so many records are read.'),
    1e6,
  ).action((flags: BenchFlags) =>
    shell.run('bench consume', async (surroundings) => {
      return (await import('./throughput.ts')).consume(flags, surroundings)
    }),
  )
  withWriting(
    withRecords(
      bench.command('latency').description('From send to a consumer, one record at a time.'),
      1000,
    ),
  ).action((flags: BenchFlags) =>
    shell.run('bench latency', async (surroundings) => {
      return (await import('./latency.ts')).latency(flags, surroundings)
    }),
  )
}

const examples = `
Examples:
  samsa bench produce -n 5000000 -s 200 -z lz4
  samsa bench consume -n 5000000
  samsa bench latency --acks 1

The topic stays; samsa topic delete samsa-bench removes it.`
