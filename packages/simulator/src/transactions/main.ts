// `npm run simulate -- transactions [--seeds N] [--seed N] [--mutants]`: transactions under crashes, lost connections and
// zombies, judged by the history checker.

import { checkMutants } from './mutants.ts'
import { tellStory } from './story.ts'

const DEFAULT_SEEDS = 100

/** Runs the stories and prints what came of them; false when a rule was broken. */
export async function run(args: readonly string[]): Promise<boolean> {
  if (args.includes('--mutants')) return checkMutants(numberAfter(args, '--seeds') ?? 300)
  const only = numberAfter(args, '--seed')
  const count = numberAfter(args, '--seeds') ?? DEFAULT_SEEDS
  const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [only]
  const sum = { crashes: 0, committed: 0, operations: 0, failures: 0 }
  for (const seed of seeds) {
    try {
      const end = await tellStory(seed)
      sum.crashes += end.crashes
      sum.committed += end.committed
      sum.operations += end.report.operationCount
      if (only !== undefined) print(`Trace ${end.traceHash}.`)
    } catch (error) {
      sum.failures += 1
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      print(`Seed ${seed} failed: ${reason}`)
      print(`Replay it: npm run simulate -- transactions --seed ${seed}`)
      if (args.includes('--stop')) break
    }
  }
  const told = `${seeds.length} stories, ${sum.crashes} crashes, ${sum.operations} operations`
  print(`Transactions: ${told}, ${sum.committed} commits, ${sum.failures} broken.`)
  return sum.failures === 0
}

function numberAfter(args: readonly string[], name: string): number | undefined {
  const at = args.indexOf(name)
  return at < 0 ? undefined : Number(args[at + 1])
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
