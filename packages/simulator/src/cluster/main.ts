// `npm run simulate -- cluster [--mutants]`: several brokers on a ZooKeeper under crashes, cuts, pauses and expired
// sessions, judged by the history checker.

import { checkMutants } from '../mutants/check-mutants.ts'
import { numberAfter } from '../arguments.ts'
import { runSeeds } from '../run-seeds.ts'
import { clusterMutants } from './mutants.ts'
import { tellStory } from './story.ts'

/** Runs the stories, or plants bugs and looks for them; false when a rule was broken. */
export async function run(args: readonly string[]): Promise<boolean> {
  if (args.includes('--mutants')) {
    return checkMutants('cluster', clusterMutants, numberAfter(args, '--seeds') ?? 300)
  }
  return runSeeds('cluster', args, async (seed, how) => {
    const { crashes, committed, report, traceHash, virtualMs } = await tellStory(seed, how)
    const figures = {
      crashes,
      operations: report.operationCount,
      'acknowledged writes': committed,
      'records read': report.readCount,
      'virtual seconds': Math.round(virtualMs / 1000),
    }
    return { figures, traceHash }
  })
}
