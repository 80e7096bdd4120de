// `samsa topic`: its commands and options.

import type { Register } from '../../command-line.ts'
import { adminCommand } from '../../connection/admin-command.ts'
import { collected, collectedPairs, wholeNumber } from '../../options/values.ts'

/** Registers the commands. */
export const register: Register = (program, shell) => {
  const topic = program.command('topic').description('Create, look at, change and delete topics.')
  adminCommand(
    shell,
    topic
      .command('list')
      .description('All topics with their partitions, replicas and sizes.')
      .option('--internal', 'also the topics that brokers keep for themselves'),
    async () => (await import('./look.ts')).list,
  )
  adminCommand(
    shell,
    topic
      .command('create')
      .description('Create topics.')
      .argument('<topic...>', 'their names')
      .option('-p, --partitions <number>', "default: the broker's num.partitions", wholeNumber(1))
      .option('-r, --replication-factor <number>', "default: the broker's", wholeNumber(1))
      .option('-c, --config <key=value>', 'a config of the topic; many times', collectedPairs, [])
      .option('--if-not-exists', 'a topic that is there already is no error')
      .option('--dry-run', 'check everything and create nothing')
      .addHelpText('after', createExamples),
    async () => (await import('./change.ts')).create,
  )
  adminCommand(
    shell,
    topic
      .command('describe')
      .description('Partitions, replicas, offsets, sizes and configs of topics.')
      .argument('<topic...>', 'their names'),
    async () => (await import('./look.ts')).describe,
  )
  adminCommand(
    shell,
    topic
      .command('alter')
      .description('Add partitions to topics, set or unset their configs.')
      .argument('<topic...>', 'their names')
      .option('-p, --partitions <number>', 'the new number of partitions', wholeNumber(1))
      .option('-s, --set <key=value>', 'set a config; many times', collectedPairs, [])
      .option('-d, --delete <key>', 'back to its default; many times', collected, [])
      .option('--dry-run', 'check everything and change nothing')
      .addHelpText('after', alterExamples),
    async () => (await import('./change.ts')).alter,
  )
  adminCommand(
    shell,
    topic
      .command('delete')
      .description('Delete topics with everything in them.')
      .argument('<topic...>', 'their names'),
    async () => (await import('./change.ts')).remove,
  )
}

const createExamples = `
Examples:
  samsa topic create orders -p 12
  samsa topic create prices -c cleanup.policy=compact -c min.cleanable.dirty.ratio=0.1
  samsa topic create orders invoices -p 6 -r 3 --if-not-exists`

const alterExamples = `
Examples:
  samsa topic alter orders -p 24                   keys move to other partitions from then on
  samsa topic alter orders -s retention.ms=86400000
  samsa topic alter orders -d retention.ms`
