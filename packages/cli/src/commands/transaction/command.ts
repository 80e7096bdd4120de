// `samsa transaction`: its commands and options.

import type { Register } from '../../command-line.ts'
import { adminCommand } from '../../connection/admin-command.ts'
import { collected, positiveNumber, wholeNumber } from '../../options/values.ts'

/** Registers the commands. */
export const register: Register = (program, shell) => {
  const transaction = program
    .command('transaction')
    .description('Look at transactions, find those that hang, abort them.')
  adminCommand(
    shell,
    transaction
      .command('list')
      .description('Transactional ids and the state of their transactions.')
      .option(
        '--state <state>',
        'only in this state, for instance Ongoing; many times',
        collected,
        [],
      )
      .option('--open-for <seconds>', 'only those open for longer', positiveNumber),
    async () => (await import('./transactions.ts')).list,
  )
  adminCommand(
    shell,
    transaction
      .command('describe')
      .description('What the coordinator knows of transactional ids.')
      .argument('<id...>', 'transactional ids'),
    async () => (await import('./transactions.ts')).describe,
  )
  adminCommand(
    shell,
    transaction
      .command('hanging')
      .description('Transactions in partitions that no coordinator will end: they stop readers.')
      .option('--open-for <seconds>', 'open for longer than this', positiveNumber, 900)
      .option('-t, --topic <name>', 'only in this topic; many times', collected, []),
    async () => (await import('./transactions.ts')).hanging,
  )
  adminCommand(
    shell,
    transaction
      .command('abort')
      .description('End a hanging transaction in one partition, as `hanging` lists it.')
      .argument('<topic>', 'where')
      .argument('<partition>', 'where', wholeNumber(0))
      .requiredOption('--producer-id <number>', 'whose', wholeNumber(0))
      .requiredOption('--producer-epoch <number>', 'whose', wholeNumber(0))
      .option('--coordinator-epoch <number>', 'as `hanging` lists it', wholeNumber(0), 0),
    async () => (await import('./transactions.ts')).abort,
  )
}
