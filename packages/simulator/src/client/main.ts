// `npm run simulate -- client`: our client with a broker that crashes and a network that loses connections.

import { runSeeds } from '../run-seeds.ts'
import { tellStory } from './story.ts'

/** Runs the stories; false when a rule was broken. */
export function run(args: readonly string[]): Promise<boolean> {
  return runSeeds('client', args, async (seed, how) => {
    const { acknowledged, failed, crashes, read, committed, traceHash } = await tellStory(seed, how)
    const figures = {
      crashes,
      'records acknowledged': acknowledged,
      'failed in time': failed,
      'records read': read,
      'transactions committed': committed,
    }
    return { figures, traceHash }
  })
}
