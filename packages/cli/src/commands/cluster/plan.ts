// Plans for moving replicas, as pure functions: which partition goes where.

/** A partition and the brokers that keep it, its preferred leader first. */
export interface PlacedPartition {
  readonly topic: string
  readonly partition: number
  readonly replicas: readonly number[]
}

/** A partition and where it shall be. */
export interface Move extends PlacedPartition {
  readonly target: readonly number[]
}

/**
 * Spreads partitions over `brokers`, each with as many replicas as it has now: leaders go round, and followers begin one
 * further with every round, so that no broker takes over all of another's load. Throws RangeError when there are fewer
 * brokers than replicas.
 */
export function spread(partitions: readonly PlacedPartition[], brokers: readonly number[]): Move[] {
  return partitions.map((one, i) => {
    const count = one.replicas.length
    if (brokers.length < count) {
      throw new RangeError(
        `${one.topic}-${one.partition} has ${count} replicas, there are ${brokers.length} brokers`,
      )
    }
    const shift = Math.floor(i / brokers.length)
    const target = Array.from({ length: count }, (_, replica) => {
      const step = replica === 0 ? 0 : 1 + ((shift + replica - 1) % (brokers.length - 1))
      return brokers[(i + step) % brokers.length] ?? -1
    })
    return { ...one, target }
  })
}

/**
 * Replaces `broker` by whoever of `brokers` has the fewest replicas and not this one already. Partitions that nobody
 * can take over are left out; the caller compares.
 */
export function evacuate(
  partitions: readonly PlacedPartition[],
  broker: number,
  brokers: readonly number[],
): Move[] {
  const loads = new Map(brokers.filter((id) => id !== broker).map((id) => [id, 0]))
  for (const id of partitions.flatMap(({ replicas }) => replicas)) {
    const load = loads.get(id)
    if (load !== undefined) loads.set(id, load + 1)
  }
  const moves: Move[] = []
  for (const one of partitions.filter(({ replicas }) => replicas.includes(broker))) {
    const [next] = [...loads]
      .filter(([id]) => !one.replicas.includes(id))
      .toSorted(([a, loadA], [b, loadB]) => loadA - loadB || a - b)
    if (next === undefined) continue
    loads.set(next[0], next[1] + 1)
    moves.push({ ...one, target: one.replicas.map((id) => (id === broker ? next[0] : id)) })
  }
  return moves
}
