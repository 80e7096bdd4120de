// `npm run simulate -- log [--seeds N] [--seed N] [--mutants]`: one partition's log under crashes and failing disks,
// against a model of it.

import { checkMutants } from './mutants.ts'
import { tellStory } from './story.ts'

const DEFAULT_SEEDS = 200

/** Runs the stories and prints what came of them; false when a log and its model did not agree. */
export async function run(args: readonly string[]): Promise<boolean> {
  if (args.includes('--mutants')) return checkMutants(numberAfter(args, '--seeds') ?? 500)
  const only = numberAfter(args, '--seed')
  const count = numberAfter(args, '--seeds') ?? DEFAULT_SEEDS
  const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [only]
  let acknowledged = 0
  let crashes = 0
  let failures = 0
  for (const seed of seeds) {
    try {
      const end = await tellStory(seed)
      acknowledged += end.acknowledged
      crashes += end.crashes
      if (only !== undefined) print(`Trace ${end.traceHash}.`)
    } catch (error) {
      failures += 1
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      print(`Seed ${seed} failed: ${reason}`)
      print(`Replay it: npm run simulate -- log --seed ${seed}`)
      if (args.includes('--stop')) break
    }
  }
  const told = `${seeds.length} stories, ${crashes} restarts, ${acknowledged} acknowledged`
  print(`Log: ${told} batches, ${failures} broken.`)
  return failures === 0
}

function numberAfter(args: readonly string[], name: string): number | undefined {
  const at = args.indexOf(name)
  return at < 0 ? undefined : Number(args[at + 1])
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
