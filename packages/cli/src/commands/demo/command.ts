// `samsa demo`: its options.

import type { Register } from '../../command-line.ts'
import { positiveNumber } from '../../options/values.ts'

/** The flags of `samsa demo stocks`, as parsed. */
export interface DemoFlags {
  readonly brokers?: string
  readonly speed: number
  readonly directory?: string
  readonly once?: boolean
}

/** Registers the commands. */
export const register: Register = (program, shell) => {
  program
    .command('demo')
    .description('Something to watch.')
    .command('stocks')
    .description('A stock exchange: sources replay ten years of prices, analysts read them.')
    .option('-b, --brokers <host:port,…>', 'an exchange on these brokers (default: one in memory)')
    .option('--speed <number>', 'months of the past in a second', positiveNumber, 4)
    .option('--directory <path>', 'where the archive is kept (default: a temporary one)')
    .option('--once', 'end when everything was told and read')
    .addHelpText('after', examples)
    .action((flags: DemoFlags) =>
      shell.run('demo stocks', async (surroundings) => {
        const { stocks } = await import('./stocks.ts')
        return stocks(flags, surroundings)
      }),
    )
}

const examples = `
Examples:
  samsa demo stocks
  samsa demo stocks --speed 20 --once
  samsa demo stocks --brokers localhost:9092    and look at it: samsa group describe averages`
