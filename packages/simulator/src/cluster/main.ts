// `npm run simulate -- cluster`: several brokers on a ZooKeeper under crashes, cuts, pauses and expired sessions, judged
// by the history checker.

import { runSeeds } from '../run-seeds.ts'
import { tellStory } from './story.ts'

/** Runs the stories; false when a rule was broken. */
export function run(args: readonly string[]): Promise<boolean> {
  return runSeeds('cluster', args, async (seed) => {
    const { crashes, committed, report, traceHash, virtualMs } = await tellStory(seed)
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
