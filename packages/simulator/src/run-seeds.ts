// The command line of every simulation: `[--seeds N | --minutes N] [--from N] [--seed N] [--fresh] [--stop]`. One story a
// seed; a story that breaks a rule prints its seed, and `--seed` replays it.

/** What a story tells at its end: figures that are summed up, and a hash of all that happened. */
export interface StoryEnd {
  readonly figures: Readonly<Record<string, number>>
  readonly traceHash?: string
}

const defaultSeeds = 100

/** Tells the stories and prints what came of them; resolves to whether all rules held. */
export async function runSeeds(
  name: string,
  args: readonly string[],
  tell: (seed: number) => Promise<StoryEnd>,
): Promise<boolean> {
  const isOne = args.includes('--seed')
  const sums = new Map<string, number>()
  let told = 0
  let failures = 0
  for (const seed of seedsOf(args)) {
    told += 1
    try {
      const { figures, traceHash } = await tell(seed)
      for (const [what, count] of Object.entries(figures)) {
        sums.set(what, (sums.get(what) ?? 0) + count)
      }
      if (isOne && traceHash !== undefined) print(`Trace ${traceHash}.`)
    } catch (error) {
      failures += 1
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
      print(`Seed ${seed} failed: ${reason}`)
      print(`Replay it: npm run simulate -- ${name} --seed ${seed}`)
      if (args.includes('--stop')) break
    }
  }
  const figures = [...sums].map(([what, sum]) => `${sum} ${what}`)
  print(`${name}: ${[`${told} stories`, ...figures].join(', ')}, ${failures} broken.`)
  print(`${told - failures} passed, ${failures} failed`)
  return failures === 0
}

/** The number after a word of the command line. */
export function numberAfter(args: readonly string[], word: string): number | undefined {
  const at = args.indexOf(word)
  if (at < 0) return undefined
  const number = Number(args[at + 1])
  if (!Number.isInteger(number) || number < 0) {
    throw new RangeError(`${word} takes a whole number, not ${args[at + 1] ?? 'nothing'}`)
  }
  return number
}

/** The same seeds every time, unless fresh ones are asked for; for some minutes, as many as there is time for. */
function* seedsOf(args: readonly string[]): Generator<number> {
  const only = numberAfter(args, '--seed')
  if (only !== undefined) return yield only
  const minutes = numberAfter(args, '--minutes')
  const endMs = minutes === undefined ? undefined : performance.now() + minutes * 60_000
  const count =
    numberAfter(args, '--seeds') ?? (endMs === undefined ? defaultSeeds : Number.POSITIVE_INFINITY)
  const from = numberAfter(args, '--from') ?? 1
  const first = args.includes('--fresh') ? Math.floor(Math.random() * 1e9) : from
  for (let i = 0; i < count; i++) {
    if (endMs !== undefined && performance.now() > endMs) return
    yield first + i
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
