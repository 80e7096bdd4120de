// `npm run simulate -- coordination`: the embedded store under crashes and a failing disk.

import { runSeeds } from '../run-seeds.ts'
import { tellStory } from './story.ts'

/** Runs the stories; false when a rule was broken. */
export function run(args: readonly string[]): Promise<boolean> {
  return runSeeds('coordination', args, async (seed, how) => {
    const { acknowledged, crashes, traceHash } = await tellStory(seed, how)
    return { figures: { crashes, 'acknowledged transactions': acknowledged }, traceHash }
  })
}
