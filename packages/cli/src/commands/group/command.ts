// `samsa group`: its commands and options.

import type { Register } from '../../command-line.ts'
import { adminCommand } from '../../connection/admin-command.ts'
import { collected } from '../../options/values.ts'

/** Registers the commands. */
export const register: Register = (program, shell) => {
  const group = program
    .command('group')
    .description('Look at consumer groups and their lag, move them, delete them.')
  adminCommand(
    shell,
    group
      .command('list')
      .description('All groups.')
      .option('--state <state>', 'only groups in this state; many times', collected, []),
    async () => (await import('./look.ts')).list,
  )
  adminCommand(
    shell,
    group
      .command('describe')
      .description('Members of groups, what they read and how far behind they are.')
      .argument('<group...>', 'their ids'),
    async () => (await import('./look.ts')).describe,
  )
  adminCommand(
    shell,
    group
      .command('reset')
      .description('Move a group without members; shows what would happen until --execute is said.')
      .argument('<group>', 'its id')
      .requiredOption(
        '--to <place>',
        'start, end, current, an offset, -N, a time, 15m ago, +N, or -N by --shift',
      )
      .option('--shift', '--to is a distance from where the group is: +10, -10')
      .option(
        '-t, --topic <topic[:p,p…]>',
        'only this topic or these partitions; many times',
        collected,
        [],
      )
      .option('--execute', 'do it')
      .addHelpText('after', resetExamples),
    async () => (await import('./move.ts')).reset,
  )
  adminCommand(
    shell,
    group
      .command('delete')
      .description('Delete groups without members, and what they committed.')
      .argument('<group...>', 'their ids'),
    async () => (await import('./move.ts')).remove,
  )
  adminCommand(
    shell,
    group
      .command('forget')
      .description('Delete what a group committed for topics.')
      .argument('<group>', 'its id')
      .requiredOption('-t, --topic <topic[:p,p…]>', 'what to forget; many times', collected, []),
    async () => (await import('./move.ts')).forget,
  )
}

const resetExamples = `
Examples:
  samsa group reset analysts --to start                     what would be, for all its topics
  samsa group reset analysts --to start --execute
  samsa group reset analysts --to 2026-11-23T09:00:00Z -t ticks --execute
  samsa group reset analysts --to -100 -t ticks:0,1 --execute   100 records before the end
  samsa group reset analysts --to -100 --shift --execute        100 records back from where it is
  samsa group reset analysts --to 1h -t ticks --execute         an hour ago`
