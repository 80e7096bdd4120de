// `npm run simulate -- coordinators [--mutants]`: groups under lost, repeated and late requests, pauses and crashes.
// With `--mutants`, the bugs that this and the simulation of transactions must find, by one command.

import { checkMutants } from '../mutants/check-mutants.ts'
import { numberAfter } from '../arguments.ts'
import { runSeeds } from '../run-seeds.ts'
import { transactionMutants } from '../transactions/mutants.ts'
import { groupMutants } from './mutants.ts'
import { tellStory } from './story.ts'

/** Runs the stories, or plants bugs and looks for them; false when a rule was broken. */
export async function run(args: readonly string[]): Promise<boolean> {
  if (args.includes('--mutants')) {
    const seeds = numberAfter(args, '--seeds') ?? 300
    const areGroupsFine = checkMutants('coordinators', groupMutants, seeds)
    return checkMutants('transactions', transactionMutants, seeds) && areGroupsFine
  }
  return runSeeds('coordinators', args, async (seed, how) => {
    const { crashes, commits, handovers } = await tellStory(seed, how)
    return { figures: { crashes, handovers, 'acknowledged commits': commits } }
  })
}
