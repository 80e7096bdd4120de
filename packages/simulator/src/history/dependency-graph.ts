// What depends on what: a graph of operations, and circles in it.
//
//   ww  one wrote the version right before the other's        wr       one read what the other wrote
//   process   the same process did one before the other       realtime one was over before the other began

/** Why one operation comes before another. */
export type DependencyKind = 'ww' | 'wr' | 'process' | 'realtime'

/** One edge. */
export interface Dependency {
  readonly from: number
  readonly to: number
  readonly kind: DependencyKind
  /** What makes it so. */
  readonly because: string
}

/** Edges by the operation they leave. */
export class DependencyGraph {
  readonly #edges = new Map<number, Dependency[]>()

  add(dependency: Dependency): void {
    if (dependency.from === dependency.to) return
    const list = this.#edges.get(dependency.from)
    if (list === undefined) this.#edges.set(dependency.from, [dependency])
    else list.push(dependency)
  }

  /**
   * One circle for each knot of operations that edges of these kinds tie, if it has an edge of the `needed` kind; the
   * circle goes through such an edge.
   */
  cycles(kinds: ReadonlySet<DependencyKind>, needed: DependencyKind): Dependency[][] {
    const cycles: Dependency[][] = []
    for (const knot of this.#knots(kinds)) {
      for (const from of knot) {
        const edge = this.#from(from, kinds).find(({ kind, to }) => kind === needed && knot.has(to))
        if (edge === undefined) continue
        const back = this.#path(edge.to, from, knot, kinds)
        cycles.push([edge, ...back])
        break
      }
    }
    return cycles
  }

  #from(operation: number, kinds: ReadonlySet<DependencyKind>): readonly Dependency[] {
    return (this.#edges.get(operation) ?? []).filter(({ kind }) => kinds.has(kind))
  }

  /** Strongly connected components of more than one operation (Tarjan, without recursion). */
  #knots(kinds: ReadonlySet<DependencyKind>): Set<number>[] {
    const order = new Map<number, number>()
    const lowest = new Map<number, number>()
    const onStack = new Set<number>()
    const stack: number[] = []
    const knots: Set<number>[] = []
    const enter = (operation: number): { operation: number; rest: Iterator<Dependency> } => {
      order.set(operation, order.size)
      lowest.set(operation, order.size - 1)
      stack.push(operation)
      onStack.add(operation)
      return { operation, rest: this.#from(operation, kinds)[Symbol.iterator]() }
    }
    const lower = (operation: number, other: number): void => {
      const low = Math.min(lowest.get(operation) ?? 0, other)
      lowest.set(operation, low)
    }
    for (const root of this.#edges.keys()) {
      if (order.has(root)) continue
      const path = [enter(root)]
      for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
        const next = top.rest.next()
        if (next.done !== true) {
          const { to } = next.value
          if (!order.has(to)) path.push(enter(to))
          else if (onStack.has(to)) lower(top.operation, order.get(to) ?? 0)
          continue
        }
        path.pop()
        const { operation } = top
        const above = path.at(-1)
        if (above !== undefined) lower(above.operation, lowest.get(operation) ?? 0)
        if (lowest.get(operation) !== order.get(operation)) continue
        const knot = new Set(stack.splice(stack.indexOf(operation)))
        for (const member of knot) onStack.delete(member)
        if (knot.size > 1) knots.push(knot)
      }
    }
    return knots
  }

  /** The shortest way within a knot. */
  #path(
    from: number,
    to: number,
    knot: ReadonlySet<number>,
    kinds: ReadonlySet<DependencyKind>,
  ): Dependency[] {
    const reachedBy = new Map<number, Dependency>()
    const waiting = [from]
    for (const operation of waiting) {
      if (operation === to) break
      for (const edge of this.#from(operation, kinds)) {
        if (!knot.has(edge.to) || reachedBy.has(edge.to) || edge.to === from) continue
        reachedBy.set(edge.to, edge)
        waiting.push(edge.to)
      }
    }
    const path: Dependency[] = []
    for (let at = to; at !== from; ) {
      const edge = reachedBy.get(at)
      if (edge === undefined) break
      path.unshift(edge)
      at = edge.from
    }
    return path
  }
}
