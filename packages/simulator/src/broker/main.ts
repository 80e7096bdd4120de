// `npm run simulate -- broker [--seeds N] [--seed N]`: a broker with its clients under crashes, lost connections and slow
// disks.

import { tellStory } from './story.ts'

const defaultSeeds = 100

/** Runs the stories and prints what came of them; false when a rule was broken. */
export async function run(args: readonly string[]): Promise<boolean> {
  const only = numberAfter(args, '--seed')
  const count = numberAfter(args, '--seeds') ?? defaultSeeds
  const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [only]
  const sum = { acknowledged: 0, unknown: 0, crashes: 0, read: 0, failures: 0 }
  for (const seed of seeds) {
    try {
      const end = await tellStory(seed)
      sum.acknowledged += end.acknowledged
      sum.unknown += end.unknown
      sum.crashes += end.crashes
      sum.read += end.read
      if (only !== undefined) print(`Trace ${end.traceHash}, ${end.events} events.`)
    } catch (error) {
      sum.failures += 1
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      print(`Seed ${seed} failed: ${reason}`)
      print(`Replay it: npm run simulate -- broker --seed ${seed}`)
    }
  }
  print(
    `Broker: ${seeds.length} stories, ${sum.crashes} crashes, ${sum.acknowledged} batches acknowledged, ` +
      `${sum.unknown} with unknown outcome, ${sum.read} records read, ${sum.failures} broken.`,
  )
  return sum.failures === 0
}

function numberAfter(args: readonly string[], name: string): number | undefined {
  const at = args.indexOf(name)
  return at < 0 ? undefined : Number(args[at + 1])
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
