// `npm run simulate -- coordinators [--seeds N] [--seed N]`: groups under lost requests, pauses and crashes.

import { tellStory } from './story.ts'

const DEFAULT_SEEDS = 100

/** Runs the stories and prints what came of them; false when a rule was broken. */
export async function run(args: readonly string[]): Promise<boolean> {
  const only = numberAfter(args, '--seed')
  const count = numberAfter(args, '--seeds') ?? DEFAULT_SEEDS
  const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [only]
  let crashes = 0
  let commits = 0
  let handovers = 0
  let failures = 0
  for (const seed of seeds) {
    try {
      const end = await tellStory(seed)
      crashes += end.crashes
      commits += end.commits
      handovers += end.handovers
    } catch (error) {
      failures += 1
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      print(`Seed ${seed} failed: ${reason}`)
      print(`Replay it: npm run simulate -- coordinators --seed ${seed}`)
    }
  }
  const told = `${seeds.length} stories, ${crashes} crashes, ${handovers} handovers`
  print(`Coordinators: ${told}, ${commits} acknowledged commits, ${failures} broken.`)
  return failures === 0
}

function numberAfter(args: readonly string[], name: string): number | undefined {
  const at = args.indexOf(name)
  return at < 0 ? undefined : Number(args[at + 1])
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
