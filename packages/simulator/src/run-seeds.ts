// The command line of every simulation: `[--seeds N | --minutes N] [--from N] [--fresh [N]] [--stop] [--shrink]` tells one
// story a seed, `--seed N [--faults N] [--percent N]` tells one again, all of it or its beginning.
//
// A seed that breaks a rule is told a second time: the same must happen again, and its trace is kept in a file. Every
// failure ends with the command that replays it.

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Extent, type SimulationOptions } from '@samsa/world/simulated'
import { readOptions, type RunOptions } from './arguments.ts'
import { type Failure, shrink, tryTelling } from './shrink.ts'

/** What a story tells at its end: figures that are summed up, and a hash of all that happened. */
export interface StoryEnd {
  readonly figures: Readonly<Record<string, number>>
  readonly traceHash?: string
}

/** Tells the story of a seed as far as `how` says; rejects when a rule was broken. */
type TellStory = (seed: number, how: SimulationOptions) => Promise<StoryEnd>

/** Lines of a failure's trace that are printed; the file has all of them. */
const printedLines = 12

/** Tells the stories and prints what came of them; resolves to whether all rules held. */
export async function runSeeds(
  name: string,
  args: readonly string[],
  tell: TellStory,
): Promise<boolean> {
  const options = readOptions(args)
  const sums = new Map<string, number>()
  const replays: string[] = []
  let told = 0
  for (const seed of seedsOf(name, options)) {
    told += 1
    const failure = await tryTelling(async (extent) => {
      const { figures, traceHash } = await tell(seed, { extent })
      for (const [what, count] of Object.entries(figures)) {
        sums.set(what, (sums.get(what) ?? 0) + count)
      }
      if (options.seed !== undefined && traceHash !== undefined) print(`Trace ${traceHash}.`)
    }, limitsOf(options))
    if (failure === undefined) continue
    print(`Seed ${seed} failed: ${failure.reason}`)
    replays.push(await explain(name, { seed, failure, isShrunk: options.shrink }, tell))
    if (options.stop) break
  }
  const figures = [...sums].map(([what, sum]) => `${sum} ${what}`)
  print(`${name}: ${[`${told} stories`, ...figures].join(', ')}, ${replays.length} broken.`)
  print(`${told - replays.length} passed, ${replays.length} failed`)
  for (const replay of replays) print(`Replay it: ${replay}`)
  return replays.length === 0
}

function limitsOf({ faults, percent }: RunOptions): { faults?: number; percent?: number } {
  return {
    ...(faults === undefined ? {} : { faults }),
    ...(percent === undefined ? {} : { percent }),
  }
}

/** Makes the failure smaller if that is asked for, keeps its trace, and answers with the command that replays it. */
async function explain(
  name: string,
  said: { readonly seed: number; readonly failure: Failure; readonly isShrunk: boolean },
  tell: TellStory,
): Promise<string> {
  const { seed } = said
  let { failure } = said
  const command = `npm run simulate -- ${name} --seed ${seed}`
  let replay = command
  if (said.isShrunk) {
    const { faults, percent } = failure.limits
    print(`Shrinking it: ${faults} faults, ${percent} % of the story.`)
    failure = await shrink(
      (extent) => tell(seed, { extent }),
      failure,
      ({ limits }) => {
        print(`  fails with ${limits.faults} faults and ${limits.percent} %`)
      },
    )
    const { limits, reason } = failure
    replay = `${command} --faults ${limits.faults} --percent ${limits.percent}`
    print(`The smallest that fails: ${reason.split('\n')[0] ?? ''}`)
  }
  const lines: string[] = []
  const extent = new Extent(failure.limits)
  const again = await tryTelling(
    () => tell(seed, { extent, onTrace: (line) => lines.push(line) }),
    failure.limits,
  )
  if (again === undefined) print('Told again it does not fail: the story is not deterministic.')
  if (lines.length > 0) {
    const file = join(mkdtempSync(join(tmpdir(), 'samsa-trace-')), `${name}-${seed}.txt`)
    writeFileSync(file, `${lines.join('\n')}\n`)
    print(`${lines.length} events, the last of them (all: ${file}):`)
    for (const line of lines.slice(-printedLines)) print(`  ${line}`)
  }
  print(`Replay it: ${replay}`)
  return replay
}

/**
 * The same seeds every time, then fresh ones, which are announced first; for some minutes, as many as there is time for.
 */
function* seedsOf(name: string, options: RunOptions): Generator<number> {
  if (options.seed !== undefined) return yield options.seed
  const { seeds, from, fresh, minutes } = options
  const firstFresh = 1_000_000 + Math.floor(Math.random() * 1e9)
  if (fresh > 0) {
    print(`fresh seeds: npm run simulate -- ${name} --from ${firstFresh} --seeds ${fresh}`)
  }
  const endMs = minutes === undefined ? undefined : performance.now() + minutes * 60_000
  for (let i = 0; i < seeds + fresh; i++) {
    if (endMs !== undefined && performance.now() > endMs) return
    yield i < seeds ? from + i : firstFresh + i - seeds
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
