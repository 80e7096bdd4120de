/**
 * The known name a mistyped one probably meant.
 *
 * The distance counts inserted, removed, replaced and swapped letters (Damerau-Levenshtein,
 * restricted). A name further away than a third of its length is no suggestion but a guess.
 */

/** The name nearest to `key` within a small distance, or undefined. Ties go to the first. */
export function nearestKey(key: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let bestDistance = Math.min(4, Math.floor(key.length / 3) + 1)
  const wanted = key.toLowerCase()
  for (const name of known) {
    const distance = editDistance(wanted, name.toLowerCase(), bestDistance)
    if (distance < bestDistance) {
      best = name
      bestDistance = distance
    }
  }
  return best
}

/** Edits between two words; `limit` or more is answered as `limit`. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit
  let beforePrevious: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const current = [i]
    let smallest = i
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1]
      let distance = Math.min(
        at(previous, j) + 1,
        at(current, j - 1) + 1,
        at(previous, j - 1) + (same ? 0 : 1),
      )
      const swapped = i > 1 && j > 1 && left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
      if (swapped) distance = Math.min(distance, at(beforePrevious, j - 2) + 1)
      current.push(distance)
      smallest = Math.min(smallest, distance)
    }
    if (smallest >= limit) return limit
    beforePrevious = previous
    previous = current
  }
  return Math.min(limit, at(previous, right.length))
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY
}
