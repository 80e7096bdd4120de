// `npm run simulate -- client [--seeds N] [--seed N]`: our client with a broker that crashes and a network that loses
// connections.

import { tellStory } from './story.ts'

const defaultSeeds = 100

/** Runs the stories and prints what came of them; false when a rule was broken. */
export async function run(args: readonly string[]): Promise<boolean> {
  const only = numberAfter(args, '--seed')
  const count = numberAfter(args, '--seeds') ?? defaultSeeds
  const seeds = only === undefined ? Array.from({ length: count }, (_, i) => i + 1) : [only]
  const sum = { acknowledged: 0, failed: 0, crashes: 0, read: 0, committed: 0, failures: 0 }
  for (const seed of seeds) {
    try {
      const end = await tellStory(seed)
      sum.acknowledged += end.acknowledged
      sum.failed += end.failed
      sum.crashes += end.crashes
      sum.read += end.read
      sum.committed += end.committed
      if (only !== undefined) print(`Trace ${end.traceHash}, ${end.events} events.`)
    } catch (error) {
      sum.failures += 1
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      print(`Seed ${seed} failed: ${reason}`)
      print(`Replay it: npm run simulate -- client --seed ${seed}`)
    }
  }
  print(
    `Client: ${seeds.length} stories, ${sum.crashes} crashes, ${sum.acknowledged} records acknowledged, ` +
      `${sum.failed} failed in time, ${sum.read} read, ${sum.committed} transactions committed, ${sum.failures} broken.`,
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
