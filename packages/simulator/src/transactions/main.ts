// `npm run simulate -- transactions [--mutants]`: transactions under crashes, lost connections and zombies, judged by the
// history checker.

import { checkMutants } from '../mutants/check-mutants.ts'
import { numberAfter } from '../arguments.ts'
import { runSeeds } from '../run-seeds.ts'
import { transactionMutants } from './mutants.ts'
import { tellStory } from './story.ts'

/** Runs the stories, or plants bugs and looks for them; false when a rule was broken. */
export async function run(args: readonly string[]): Promise<boolean> {
  if (args.includes('--mutants')) {
    return checkMutants('transactions', transactionMutants, numberAfter(args, '--seeds') ?? 300)
  }
  return runSeeds('transactions', args, async (seed, how) => {
    const { crashes, committed, report, traceHash } = await tellStory(seed, how)
    const figures = { crashes, operations: report.operationCount, commits: committed }
    return { figures, traceHash }
  })
}
