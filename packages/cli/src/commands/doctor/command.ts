// `samsa doctor`: its options.

import type { Register } from '../../command-line.ts'
import { type ConnectionFlags, withConnection } from '../../connection/with-client.ts'

/** Registers the command. */
export const register: Register = (program, shell) => {
  const command = program
    .command('doctor')
    .description('Check a broker or cluster, and say what to do about what is wrong.')
    .option('--quick', 'only whether brokers can be reached, as a health check')
    .option('--json', 'as JSON')
    .addHelpText('after', examples)
  withConnection(command).action((flags: DoctorFlags) =>
    shell.run('doctor', async (surroundings) => {
      const { doctor } = await import('./doctor.ts')
      return doctor(flags, surroundings)
    }),
  )
}

/** The flags of `samsa doctor`, as parsed. */
export interface DoctorFlags extends ConnectionFlags {
  readonly quick?: boolean
  readonly json?: boolean
}

const examples = `
Examples:
  samsa doctor
  samsa doctor --brokers kafka1:9092,kafka2:9092
  samsa doctor --quick --timeout 3      for health checks of containers and services

Exits with 1 when there is a problem; warnings are none.`
