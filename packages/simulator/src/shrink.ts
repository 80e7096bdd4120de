// From a seed that fails to the least of its story that still fails in the same way: the shortest prefix first, then the
// fewest faults in it, again and again until nothing more can be left out. What is found is printed as a command.

import { Extent, type ExtentLimits } from '@samsa/world/simulated'

/** A telling that failed. */
export interface Failure {
  readonly reason: string
  /** How much of the story was told, with as many faults as happened in it. */
  readonly limits: Required<ExtentLimits>
}

/** Tells the story to an extent; rejects when a rule was broken. */
export type Tell = (extent: Extent) => Promise<unknown>

/** Tells the story to these limits; undefined when nothing was broken. */
export async function tryTelling(
  tell: Tell,
  { faults = Number.POSITIVE_INFINITY, percent = 100 }: ExtentLimits,
): Promise<Failure | undefined> {
  const extent = new Extent({ faults, percent })
  try {
    await tell(extent)
    return undefined
  } catch (error) {
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return { reason, limits: { faults: Math.min(faults, extent.faults), percent } }
  }
}

/**
 * The smallest failing telling that is found from `failure`: the shortest prefix, told with all of its faults, then the
 * fewest faults in it. Less of a story need not fail because more of it does, so that each length and each number is
 * tried, the smallest first. `onSmaller` hears of each that fails.
 */
export async function shrink(
  tell: Tell,
  failure: Failure,
  onSmaller: (failure: Failure) => void = () => {},
): Promise<Failure> {
  let smallest = failure
  const fails = async (limits: ExtentLimits): Promise<boolean> => {
    const found = await tryTelling(tell, limits)
    if (found === undefined || kindOf(found) !== kindOf(failure)) return false
    smallest = found
    onSmaller(found)
    return true
  }
  const { faults: before, percent: whole } = failure.limits
  for (const percent of steps(whole)) {
    if (percent === whole || (await fails({ faults: before, percent }))) break
  }
  for (const faults of steps(smallest.limits.faults)) {
    if (faults === smallest.limits.faults) break
    if (await fails({ ...smallest.limits, faults })) break
  }
  return smallest
}

/** How many numbers are tried at most below a limit. */
const mostSteps = 24

/** Numbers from 0 up to a limit: all of them where they are few, else evenly spread. */
function steps(limit: number): number[] {
  const count = Math.min(limit, mostSteps)
  return Array.from({ length: count + 1 }, (_, i) => Math.round((limit * i) / Math.max(1, count)))
}

/** Failures are of one kind when they begin to say the same but for the figures in it. */
function kindOf({ reason }: Failure): string {
  const [firstLine = ''] = reason.split('\n')
  return firstLine.replace(/\d+(\.\d+)?/g, '#').slice(0, kindCharacters)
}

const kindCharacters = 48
