// `npm run simulate -- consumers`: consumers in groups, with members that come, go and are killed.

import { runSeeds } from '../run-seeds.ts'
import { tellStory } from './story.ts'

/** Runs the stories; false when a rule was broken. */
export function run(args: readonly string[]): Promise<boolean> {
  return runSeeds('consumers', args, tellStory)
}
