// Which partitions moved from whom to whom while an assignment is balanced. When a partition is to move from one member to
// another, and one of the same topic has moved the other way before, that one moves back instead: what stays is stickier.

import type { PartitionName } from '../../consumer/offset-lookup.ts'
import { hashOfPartition, inHashOrder } from './java-order.ts'

interface Movement {
  readonly from: string
  readonly to: string
}

/** The movements so far. */
export class PartitionMovements {
  readonly #byPartition = new Map<PartitionName, Movement>()
  /** By topic and pair of members. */
  readonly #byPair = new Map<string, Set<PartitionName>>()

  /** The partition moves; back to where it came from, it has not moved at all. */
  record(partition: PartitionName, from: string, to: string): void {
    const before = this.#byPartition.get(partition)
    if (before === undefined) {
      this.#add(partition, { from, to })
      return
    }
    this.#byPartition.delete(partition)
    const key = keyOf(partition.topic, before)
    const same = this.#byPair.get(key)
    same?.delete(partition)
    if (same?.size === 0) this.#byPair.delete(key)
    if (before.from !== to) this.#add(partition, { from: before.from, to })
  }

  /** The partition that is better moved in place of this one. */
  better(partition: PartitionName, owner: string, to: string): PartitionName {
    const from = this.#byPartition.get(partition)?.from ?? owner
    const reverse = this.#byPair.get(keyOf(partition.topic, { from: to, to: from }))
    return inHashOrder([...(reverse ?? [])], hashOfPartition)[0] ?? partition
  }

  #add(partition: PartitionName, movement: Movement): void {
    this.#byPartition.set(partition, movement)
    const key = keyOf(partition.topic, movement)
    const same = this.#byPair.get(key)
    if (same === undefined) this.#byPair.set(key, new Set([partition]))
    else same.add(partition)
  }
}

function keyOf(topic: string, { from, to }: Movement): string {
  return JSON.stringify([topic, from, to])
}
