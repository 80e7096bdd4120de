// When everything has come to rest, the replicas of a partition are the same, byte for byte: followers take what their
// leader has as it is, and what they had beyond it is gone.

import type { World } from '@samsa/world'
import { hostOf } from './simulated-cluster.ts'

/** Whether two replicas of a partition are the same; throws when they cannot become so. `worlds` are the brokers', by id. */
export async function areReplicasEqual(
  worlds: ReadonlyMap<number, World>,
  directory: string,
): Promise<boolean> {
  let first: { readonly id: number; readonly content: Buffer } | undefined
  let isEqual = true
  for (const [id, { disk }] of worlds) {
    const path = `/data/broker-1/${directory}`
    if ((await disk.stat(path)) === undefined) continue
    const names = (await disk.list(path)).filter((name) => name.endsWith('.log')).toSorted()
    const segments: Buffer[] = []
    for (const name of names) {
      segments.push((await disk.readFile(`${path}/${name}`)) ?? Buffer.alloc(0))
    }
    const content = Buffer.concat(segments)
    first ??= { id, content }
    if (first.content.equals(content)) continue
    // A last marker may be on its way to one of them.
    isEqual = false
    const common = Math.min(first.content.length, content.length)
    if (first.content.subarray(0, common).equals(content.subarray(0, common))) continue
    const at = content.findIndex((byte, i) => byte !== first?.content[i])
    const places = `${hostOf(first.id)} and ${hostOf(id)}`
    throw new Error(`${directory} differs on ${places} at byte ${at} of ${common}.`)
  }
  return isEqual
}
