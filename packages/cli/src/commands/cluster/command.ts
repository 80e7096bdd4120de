// `samsa cluster`: its commands and options.

import type { Register } from '../../command-line.ts'
import { adminCommand } from '../../connection/admin-command.ts'
import { collected, wholeNumber } from '../../options/values.ts'

/** Registers the commands. */
export const register: Register = (program, shell) => {
  const cluster = program
    .command('cluster')
    .description('Brokers, controller, features; move replicas and leaders.')
  adminCommand(
    shell,
    cluster.command('describe').description('Brokers, controller, features, what is amiss.'),
    async () => (await import('./describe.ts')).describe,
  )
  adminCommand(
    shell,
    cluster
      .command('reassign')
      .description('Move topics to brokers; shows the plan until --execute is said.')
      .requiredOption('-t, --topic <name>', 'what to move; many times', collected, [])
      .requiredOption('--to <id,id…>', 'to these brokers', brokerIds)
      .option('--execute', 'do it')
      .addHelpText('after', examples),
    async () => (await import('./move.ts')).reassign,
  )
  adminCommand(
    shell,
    cluster
      .command('drain')
      .description('Move everything away from a broker; shows the plan until --execute is said.')
      .argument('<broker>', 'its id', wholeNumber(0))
      .option('--execute', 'do it'),
    async () => (await import('./move.ts')).drain,
  )
  adminCommand(
    shell,
    cluster
      .command('moves')
      .description('Moves under way.')
      .option('--cancel', 'end them: replicas stay where they were'),
    async () => (await import('./move.ts')).moves,
  )
  adminCommand(
    shell,
    cluster
      .command('elect')
      .description('Give leadership back to the first replica of each partition.')
      .option('--unclean', 'elect any live replica where there is no leader: records may be lost'),
    async () => (await import('./move.ts')).elect,
  )
}

const examples = `
Examples:
  samsa cluster reassign -t orders --to 2,3,4
  samsa cluster reassign -t orders --to 2,3,4 --execute
  samsa cluster moves                                 how far it is`

function brokerIds(text: string): readonly number[] {
  return text.split(',').map((id) => wholeNumber(0)(id.trim()))
}
