// `samsa config`: its commands and options.

import { Argument } from 'commander'
import type { Register } from '../../command-line.ts'
import { adminCommand } from '../../connection/admin-command.ts'

/** What has configs, as it is typed. */
export const resourceKinds = [
  'topic',
  'broker',
  'group',
  'client-metrics',
  'broker-logger',
] as const

/** Registers the commands. */
export const register: Register = (program, shell) => {
  const config = program.command('config').description('Configs of topics, brokers and groups.')
  const kind = (): Argument => new Argument('<kind>', 'whose configs').choices([...resourceKinds])
  adminCommand(
    shell,
    config
      .command('describe')
      .description('Configs and where their values come from.')
      .addArgument(kind())
      .argument('<name>', "a topic, a broker's id, '' for all brokers, a group …")
      .option('--all', 'also what nobody has set'),
    async () => (await import('./configs.ts')).describe,
  )
  adminCommand(
    shell,
    config
      .command('set')
      .description('Set configs.')
      .addArgument(kind())
      .argument('<name>', 'whose')
      .argument('<key=value...>', 'what to set')
      .option('--dry-run', 'check everything and change nothing')
      .addHelpText('after', examples),
    async () => (await import('./configs.ts')).set,
  )
  adminCommand(
    shell,
    config
      .command('unset')
      .description('Give configs their defaults back.')
      .addArgument(kind())
      .argument('<name>', 'whose')
      .argument('<key...>', 'what to unset')
      .option('--dry-run', 'check everything and change nothing'),
    async () => (await import('./configs.ts')).unset,
  )
}

const examples = `
Examples:
  samsa config set topic orders retention.ms=86400000
  samsa config set broker '' message.max.bytes=2000000      all brokers
  samsa config set group analysts consumer.session.timeout.ms=30000`
