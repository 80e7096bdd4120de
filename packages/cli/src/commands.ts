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
    name: 'log',
    summary: 'Look into the files of logs.',
    load: async () => (await import('./commands/log/command.ts')).register,
  },
  {
    name: 'version',
    summary: 'Print the version.',
    load: async () => (await import('./commands/version/command.ts')).register,
  },
]
