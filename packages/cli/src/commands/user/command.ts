// `samsa user`: its commands and options. Passwords are read from standard input, never from the command line, where
// others could see them.

import { Option } from 'commander'
import type { Register } from '../../command-line.ts'
import { adminCommand } from '../../connection/admin-command.ts'
import { wholeNumber } from '../../options/values.ts'

/** Registers the commands. */
export const register: Register = (program, shell) => {
  const user = program.command('user').description('Users with SCRAM passwords.')
  const mechanism = (): Option =>
    new Option('--mechanism <name>', 'which SCRAM')
      .choices(['SCRAM-SHA-256', 'SCRAM-SHA-512'])
      .default('SCRAM-SHA-512')
  adminCommand(
    shell,
    user.command('list').description('All users and their mechanisms.'),
    async () => (await import('./users.ts')).list,
  )
  adminCommand(
    shell,
    user
      .command('set')
      .description('Set a password, read as one line from standard input.')
      .argument('<user>', 'the name')
      .addOption(mechanism())
      .option('--iterations <number>', 'how costly guessing is', wholeNumber(4096, 16_384), 8192)
      .addHelpText('after', `\nExample:\n  samsa user set alice < password.txt`),
    async () => (await import('./users.ts')).set,
  )
  adminCommand(
    shell,
    user
      .command('delete')
      .description("Delete a user's password.")
      .argument('<user>', 'the name')
      .addOption(mechanism()),
    async () => (await import('./users.ts')).remove,
  )
}
