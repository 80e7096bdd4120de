// The words after `npm run simulate -- STORY`: which seeds are told, and how much of each.

/** What a run is asked for. */
export interface RunOptions {
  /** One seed, told alone. */
  readonly seed?: number
  /** How many of the seeds that are the same in every run, from `from` on; without end when only minutes are given. */
  readonly seeds: number
  readonly from: number
  /** How many seeds that nobody has told before, after those. */
  readonly fresh: number
  readonly minutes?: number
  /** Ends with the first seed that fails. */
  readonly stop: boolean
  /** Looks for the least of a failing seed that still fails. */
  readonly shrink: boolean
  /** Only the first so many faults, and this part of the story's length. */
  readonly faults?: number
  readonly percent?: number
}

const defaultSeeds = 100

/** Reads the words; throws a RangeError for a number that is none. */
export function readOptions(args: readonly string[]): RunOptions {
  const seed = numberAfter(args, '--seed')
  const minutes = numberAfter(args, '--minutes')
  const seeds = numberAfter(args, '--seeds')
  const fresh = args.includes('--fresh') ? freshAfter(args) : 0
  const [faults, percent] = [numberAfter(args, '--faults'), numberAfter(args, '--percent')]
  return {
    ...(seed === undefined ? {} : { seed }),
    ...(minutes === undefined ? {} : { minutes }),
    ...(faults === undefined ? {} : { faults }),
    ...(percent === undefined ? {} : { percent }),
    seeds:
      seeds ?? (minutes !== undefined ? Number.POSITIVE_INFINITY : fresh > 0 ? 0 : defaultSeeds),
    from: numberAfter(args, '--from') ?? 1,
    fresh,
    stop: args.includes('--stop'),
    shrink: args.includes('--shrink'),
  }
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

/** `--fresh` alone asks for as many as there are otherwise. */
function freshAfter(args: readonly string[]): number {
  const next = args[args.indexOf('--fresh') + 1]
  return next === undefined || next.startsWith('-')
    ? defaultSeeds
    : (numberAfter(args, '--fresh') ?? defaultSeeds)
}
