// `samsa start`: its options.

import type { Register } from '../../command-line.ts'

import { collected, wholeNumber } from '../../options/values.ts'

/** The flags of `samsa start`, as parsed. */
export interface StartFlags {
  readonly data?: string
  readonly port?: number
  readonly host?: string
  readonly config?: string
  readonly set: readonly string[]
  readonly brokers: number
  readonly memory?: boolean
  readonly zookeeper?: string
  readonly id?: number
}

/** Registers the command. */
export const register: Register = (program, shell) => {
  program
    .command('start')
    .description('Start a broker on this machine.')
    .option('--data <directory>', 'where the broker keeps its data (default: ./data)')
    .option(
      '--port <number>',
      'port to listen on; 0 lets the system choose (default: 9092)',
      wholeNumber(0, 65_535),
    )
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--config <file>', "a server.properties file with Kafka's broker settings")
    .option('--set <key=value>', 'one broker setting; may be given many times', collected, [])
    .option(
      '--brokers <number>',
      'brokers in this process, on following ports',
      wholeNumber(1, 100),
      1,
    )
    .option('--zookeeper <servers>', 'join the cluster at host:port[,host:port…][/path]')
    .option('--id <number>', "this broker's id in its cluster", wholeNumber(0, 2_147_483_647))
    .option('--memory', 'keep everything in memory; nothing survives the process')
    .addHelpText('after', examples)
    .action(async (options: StartFlags) => {
      const { start } = await import('./start.ts')
      shell.exitCode = await start(options)
    })
}

const examples = `
Examples:
  samsa start                                     a broker on 127.0.0.1:9092, data in ./data
  samsa start --port 19092 --data /var/lib/samsa  another port, another directory
  samsa start --set log.retention.hours=24        any of Kafka's broker settings
  samsa start --memory --port 0                   for a test: any free port, nothing on disk
  samsa start --zookeeper zk1:2181,zk2:2181/orders --id 1   one broker of a cluster`
