// `npm run simulate -- log [--mutants]`: one partition's log under crashes and failing disks, against a model of it.

import { checkMutants } from '../mutants/check-mutants.ts'
import { numberAfter } from '../arguments.ts'
import { runSeeds } from '../run-seeds.ts'
import { logMutants } from './mutants.ts'
import { tellStory } from './story.ts'

/** Runs the stories, or plants bugs and looks for them; false when a log and its model did not agree. */
export async function run(args: readonly string[]): Promise<boolean> {
  if (args.includes('--mutants')) {
    return checkMutants('log', logMutants, numberAfter(args, '--seeds') ?? 500)
  }
  return runSeeds('log', args, async (seed, how) => {
    const { acknowledged, crashes, traceHash } = await tellStory(seed, how)
    return { figures: { restarts: crashes, 'acknowledged batches': acknowledged }, traceHash }
  })
}
