// Rules about what leaders say of their partitions: the last stable offset is not above the high watermark, which is not
// above the log's end; and neither of the first two falls within one leader epoch.

import type { Anomaly } from './anomaly.ts'
import type { Facts } from './facts.ts'
import type { Watermarks } from './history.ts'
import { nameOf, type Operation } from './operations.ts'

/** Disorder and falls. */
export function checkWatermarks({ operations }: Facts): Anomaly[] {
  const found: Anomaly[] = []
  const seen = new Map<string, { readonly operation: Operation; readonly value: Watermarks }[]>()
  for (const operation of operations) {
    if (operation.f !== 'watermarks' || operation.type !== 'ok') continue
    const { value } = operation
    const { key, leaderEpoch, lastStableOffset, highWatermark, logEndOffset } = value
    if (lastStableOffset > highWatermark || highWatermark > logEndOffset) {
      const proof = `${nameOf(operation)}: ${key} has ${lastStableOffset}, ${highWatermark}, ${logEndOffset}.`
      found.push({ name: 'watermarks-disorder', proof })
    }
    const earlier = seen.get(`${key} ${leaderEpoch}`) ?? []
    seen.set(`${key} ${leaderEpoch}`, earlier)
    for (const before of earlier) {
      // What overlaps may have been answered in either order.
      if (before.operation.completedAt > operation.invokedAt) continue
      const isLower =
        before.value.highWatermark > highWatermark ||
        before.value.lastStableOffset > lastStableOffset
      if (!isLower) continue
      const proof = `${key} fell in epoch ${leaderEpoch} from ${nameOf(before.operation)} to ${nameOf(operation)}.`
      found.push({ name: 'watermarks-fall', proof })
      break
    }
    // What is lower than something before it proves nothing that the other does not.
    const isHighest = earlier.every(
      (before) =>
        before.value.highWatermark < highWatermark ||
        before.value.lastStableOffset < lastStableOffset,
    )
    if (isHighest) earlier.push({ operation, value })
  }
  return found
}
