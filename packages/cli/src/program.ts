// The command line as a tree of commands. Each command's code is loaded when it is called, so that `samsa start` pays
// for starting a broker and nothing else.

import { Command, CommanderError, InvalidArgumentError } from 'commander'
import type { LogDumpFlags } from './log-dump.ts'
import { samsaVersion } from './version.ts'

/** Runs the command line; resolves to the exit code: 0 done, 1 failed, 2 used wrongly. */
export async function run(words: readonly string[]): Promise<number> {
  const state = { exitCode: 0 }
  const program = samsa(state)
  try {
    await program.parseAsync(words, { from: 'user' })
    return state.exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

function samsa(state: { exitCode: number }): Command {
  const program = new Command('samsa')
    .description('Kafka in TypeScript: a broker that any Kafka client can use.')
    .exitOverride()
    .showHelpAfterError('(samsa --help says more)')
    .configureOutput({ outputError: (text, write) => write(text) })
  program
    .command('version')
    .description('Print the version.')
    .action(() => {
      process.stdout.write(`samsa ${samsaVersion()} (node ${process.versions.node})\n`)
    })
  program
    .command('start')
    .description('Start a broker on this machine.')
    .option('--data <directory>', 'where the broker keeps its data (default: ./data)')
    .option('--port <number>', 'port to listen on; 0 lets the system choose (default: 9092)', port)
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--config <file>', "a server.properties file with Kafka's broker settings")
    .option('--set <key=value>', 'one broker setting; may be given many times', collect, [])
    .option('--zookeeper <servers>', 'join the cluster at host:port[,host:port…][/path]')
    .option('--id <number>', "this broker's id in its cluster", id)
    .option('--brokers <number>', 'brokers in this process, on following ports', count, 1)
    .option('--memory', 'keep everything in memory; nothing survives the process')
    .addHelpText('after', startExamples)
    .action(async (options: StartFlags) => {
      const { start } = await import('./start.ts')
      state.exitCode = await start(options)
    })
  program
    .command('log')
    .description('Look into the files of logs.')
    .command('dump')
    .description('Print what files of a log directory hold, and what is wrong with them.')
    .argument('<file...>', 'segments, indexes, snapshots, checkpoints and metadata files')
    .option('--json', 'one JSON object for each batch, record or entry')
    .option('--no-records', 'batches only, without their records')
    .option('--topic <name>', "the records' topic, where the directory's name does not tell it")
    .addHelpText('after', dumpExamples)
    .action(async (files: readonly string[], flags: LogDumpFlags) => {
      const { logDump } = await import('./log-dump.ts')
      state.exitCode = await logDump(files, flags)
    })
  return program
}

/** The flags of `samsa start`, as parsed. */
export interface StartFlags {
  readonly data?: string
  readonly port?: number
  readonly host?: string
  readonly config?: string
  readonly set: readonly string[]
  readonly zookeeper?: string
  readonly id?: number
  readonly brokers: number
  readonly memory?: boolean
}

const startExamples = `
Examples:
  samsa start                                     a broker on 127.0.0.1:9092, data in ./data
  samsa start --port 19092 --data /var/lib/samsa  another port, another directory
  samsa start --set log.retention.hours=24        any of Kafka's broker settings
  samsa start --zookeeper zk1:2181,zk2:2181/orders --id 1   one broker of a cluster
  samsa start --memory --port 0                   for a test: any free port, nothing on disk`

const dumpExamples = `
Examples:
  samsa log dump data/orders-0/00000000000000000000.log
  samsa log dump --no-records data/orders-0/*.log data/orders-0/*index
  samsa log dump --json data/__consumer_offsets-12/*.log

Exits with 1 when something is damaged or missing, with 2 for files of another kind.`

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value]
}

function port(value: string): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number
  throw new InvalidArgumentError('a port is a whole number from 0 to 65535.')
}

function id(value: string): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 0 && number <= 2_147_483_647) return number
  throw new InvalidArgumentError('a broker id is a whole number from 0.')
}

function count(value: string): number {
  const number = Number(value)
  if (Number.isInteger(number) && number >= 1 && number <= 100) return number
  throw new InvalidArgumentError('expected a whole number from 1 to 100.')
}
