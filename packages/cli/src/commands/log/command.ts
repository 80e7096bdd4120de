// `samsa log`: looks into the files of logs.

import type { Register } from '../../command-line.ts'
import type { LogDumpFlags } from './dump.ts'

/** Registers the command. */
export const register: Register = (program, shell) => {
  program
    .command('log')
    .description('Look into the files of logs.')
    .command('dump')
    .description('Print what files of a log directory hold, and what is wrong with them.')
    .argument('<file...>', 'segments, indexes, snapshots, checkpoints and metadata files')
    .option('--json', 'one JSON object for each batch, record or entry')
    .option('--no-records', 'batches only, without their records')
    .option('--topic <name>', "the records' topic, where the directory's name does not tell it")
    .addHelpText('after', examples)
    .action((files: readonly string[], flags: LogDumpFlags) =>
      shell.run('log dump', async ({ output }) => {
        const { logDump } = await import('./dump.ts')
        return logDump(files, flags, output)
      }),
    )
}

const examples = `
Examples:
  samsa log dump data/orders-0/00000000000000000000.log
  samsa log dump --no-records data/orders-0/*.log data/orders-0/*index
  samsa log dump --json data/__consumer_offsets-12/*.log

Exits with 1 when something is damaged or missing, with 2 for files of another kind.`
