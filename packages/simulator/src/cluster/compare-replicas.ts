// When everything has come to rest, the replicas of a partition are the same, byte for byte: followers take what their
// leader has as it is, and what they had beyond it is gone.

import type { World } from '@samsa/world'
import { hostOf } from './simulated-cluster.ts'

/** Throws when two replicas of a partition differ. `worlds` are those of the brokers, by id. */
export async function compareReplicas(
  worlds: ReadonlyMap<number, World>,
  directory: string,
): Promise<void> {
  let first: { readonly id: number; readonly content: Buffer } | undefined
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
    const at = content.findIndex((byte, i) => byte !== first?.content[i])
    const lengths = `${first.content.length} and ${content.length} bytes`
    throw new Error(
      `${directory} differs on ${hostOf(first.id)} and ${hostOf(id)} at byte ${at} (${lengths}).`,
    )
  }
}
