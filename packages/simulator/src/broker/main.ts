// `npm run simulate -- broker`: a broker with its clients under crashes, lost connections and slow disks.

import { runSeeds } from '../run-seeds.ts'
import { tellStory } from './story.ts'

/** Runs the stories; false when a rule was broken. */
export function run(args: readonly string[]): Promise<boolean> {
  return runSeeds('broker', args, async (seed, how) => {
    const { acknowledged, unknown, crashes, read, traceHash } = await tellStory(seed, how)
    const figures = {
      crashes,
      'acknowledged batches': acknowledged,
      'with unknown outcome': unknown,
      'records read': read,
    }
    return { figures, traceHash }
  })
}
