// `npm run simulate -- transactions [--mutants]`: transactions under crashes, lost connections and zombies, judged by the
// history checker.

import { numberAfter, runSeeds } from '../run-seeds.ts'
import { checkMutants } from './mutants.ts'
import { tellStory } from './story.ts'

/** Runs the stories, or plants bugs and looks for them; false when a rule was broken. */
export async function run(args: readonly string[]): Promise<boolean> {
  if (args.includes('--mutants')) return checkMutants(numberAfter(args, '--seeds') ?? 300)
  return runSeeds('transactions', args, async (seed) => {
    const { crashes, committed, report, traceHash } = await tellStory(seed)
    const figures = { crashes, operations: report.operationCount, commits: committed }
    return { figures, traceHash }
  })
}
