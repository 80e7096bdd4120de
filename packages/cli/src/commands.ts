// All commands by name. The order is that of the help.

import type { Register } from './command-line.ts'

/** One command: what the help says of it, and where it is. */
interface CommandEntry {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<Register>
}

/** What `samsa NAME` can be. */
export const commands: readonly CommandEntry[] = [
  {
    name: 'start',
    summary: 'Start a broker on this machine.',
    load: async () => (await import('./commands/start/command.ts')).register,
  },
  {
    name: 'produce',
    summary: 'Write records to a topic.',
    load: async () => (await import('./commands/produce/command.ts')).register,
  },
  {
    name: 'consume',
    summary: 'Read records from topics.',
    load: async () => (await import('./commands/consume/command.ts')).register,
  },
  {
    name: 'topic',
    summary: 'Create, look at, change and delete topics.',
    load: async () => (await import('./commands/topic/command.ts')).register,
  },
  {
    name: 'group',
    summary: 'Look at consumer groups and their lag, move them, delete them.',
    load: async () => (await import('./commands/group/command.ts')).register,
  },
  {
    name: 'config',
    summary: 'Configs of topics, brokers and groups.',
    load: async () => (await import('./commands/config/command.ts')).register,
  },
  {
    name: 'cluster',
    summary: 'Brokers, controller, features; move replicas and leaders.',
    load: async () => (await import('./commands/cluster/command.ts')).register,
  },
  {
    name: 'transaction',
    summary: 'Look at transactions, find those that hang, abort them.',
    load: async () => (await import('./commands/transaction/command.ts')).register,
  },
  {
    name: 'acl',
    summary: 'Who may do what.',
    load: async () => (await import('./commands/acl/command.ts')).register,
  },
  {
    name: 'user',
    summary: 'Users with SCRAM passwords.',
    load: async () => (await import('./commands/user/command.ts')).register,
  },
  {
    name: 'log',
    summary: 'Look into the files of logs.',
    load: async () => (await import('./commands/log/command.ts')).register,
  },
  {
    name: 'doctor',
    summary: 'Check a broker or cluster, and say what to do about what is wrong.',
    load: async () => (await import('./commands/doctor/command.ts')).register,
  },
  {
    name: 'bench',
    summary: 'How fast a cluster takes, gives and passes on records.',
    load: async () => (await import('./commands/bench/command.ts')).register,
  },
  {
    name: 'demo',
    summary: 'Something to watch.',
    load: async () => (await import('./commands/demo/command.ts')).register,
  },
  {
    name: 'completion',
    summary: 'Print a completion script for a shell.',
    load: async () => (await import('./commands/completion/command.ts')).register,
  },
  {
    name: 'version',
    summary: 'Print the version.',
    load: async () => (await import('./commands/version/command.ts')).register,
  },
]
