// `samsa acl`: its commands and options.

import { type Command, Option } from 'commander'
import type { Register } from '../../command-line.ts'
import { adminCommand } from '../../connection/admin-command.ts'
import { collected } from '../../options/values.ts'

/** What access can be given to, as it is typed. */
export const aclResources = ['topic', 'group', 'cluster', 'transactional-id', 'user'] as const

/** Registers the commands. */
export const register: Register = (program, shell) => {
  const acl = program.command('acl').description('Who may do what.')
  adminCommand(
    shell,
    pattern(acl.command('list').description('Access control entries.')).option(
      '--principal <User:name>',
      'only of this principal',
    ),
    async () => (await import('./acls.ts')).list,
  )
  adminCommand(
    shell,
    entries(pattern(acl.command('create').description('Allow or deny something.'))).addHelpText(
      'after',
      examples,
    ),
    async () => (await import('./acls.ts')).create,
  )
  adminCommand(
    shell,
    entries(pattern(acl.command('delete').description('Delete entries that match.'))),
    async () => (await import('./acls.ts')).remove,
  )
}

function pattern(command: Command): Command {
  return command
    .addOption(new Option('--resource <kind>', 'what it is about').choices([...aclResources]))
    .option('--name <name>', 'the name of the resource; * for all')
    .addOption(
      new Option('--pattern <kind>', 'how the name is meant')
        .choices(['literal', 'prefixed'])
        .default('literal'),
    )
}

function entries(command: Command): Command {
  return command
    .requiredOption('--principal <User:name>', 'who; many times', collected, [])
    .option('--operation <name>', 'read, write, describe, all …; many times', collected, [])
    .option('--host <address>', 'from where', '*')
    .option('--deny', 'forbid instead of allow')
}

const examples = `
Examples:
  samsa acl create --principal User:alice --resource topic --name orders --operation read
  samsa acl create --principal User:etl --resource topic --name raw. --pattern prefixed \\
      --operation write
  samsa acl create --principal User:bob --resource cluster --operation alter --deny`
