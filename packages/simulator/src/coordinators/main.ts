// `npm run simulate -- coordinators`: groups under lost requests, pauses and crashes.

import { runSeeds } from '../run-seeds.ts'
import { tellStory } from './story.ts'

/** Runs the stories; false when a rule was broken. */
export function run(args: readonly string[]): Promise<boolean> {
  return runSeeds('coordinators', args, async (seed) => {
    const { crashes, commits, handovers } = await tellStory(seed)
    return { figures: { crashes, handovers, 'acknowledged commits': commits } }
  })
}
