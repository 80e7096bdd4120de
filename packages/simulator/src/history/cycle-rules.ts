// Rules about circles: no transaction may, by way of others, come before itself (Adya's G0 and G1c). Kafka does not
// isolate writes, so circles that need the order of writes are found but not held against it; circles of reads are.

import type { Anomaly, AnomalyName } from './anomaly.ts'
import { type Dependency, DependencyGraph, type DependencyKind } from './dependency-graph.ts'
import type { Facts } from './facts.ts'
import { nameOf, type Operation, readsOf, sendsOf } from './operations.ts'

/** Every kind of circle: its name, the edges it may use, the one it must have. In order: a knot is named once. */
const SEARCHES: readonly (readonly [AnomalyName, readonly DependencyKind[], DependencyKind])[] = [
  ['read-cycle', ['wr'], 'wr'],
  ['read-cycle-process', ['wr', 'process'], 'wr'],
  ['read-cycle-realtime', ['wr', 'process', 'realtime'], 'wr'],
  ['write-cycle', ['ww'], 'ww'],
  ['dependency-cycle', ['ww', 'wr'], 'ww'],
  ['write-cycle-process', ['ww', 'process'], 'ww'],
  ['dependency-cycle-process', ['ww', 'wr', 'process'], 'ww'],
  ['write-cycle-realtime', ['ww', 'process', 'realtime'], 'ww'],
  ['dependency-cycle-realtime', ['ww', 'wr', 'process', 'realtime'], 'ww'],
]

/** All circles, one for each knot of operations. */
export function checkCycles(facts: Facts): Anomaly[] {
  const graph = dependenciesOf(facts)
  const found: Anomaly[] = []
  const named = new Set<string>()
  for (const [name, kinds, needed] of SEARCHES) {
    for (const cycle of graph.cycles(new Set(kinds), needed)) {
      const members = cycle.map(({ from }) => from).toSorted((a, b) => a - b)
      if (named.has(members.join())) continue
      named.add(members.join())
      found.push({ name, proof: tell(cycle, facts.operations) })
    }
  }
  return found
}

function tell(cycle: readonly Dependency[], operations: readonly Operation[]): string {
  const steps = cycle.map(({ from, because }) => {
    const operation = operations[from]
    return `${operation === undefined ? from : nameOf(operation)} ${because}`
  })
  return `${steps.join('; ')}; and so it comes before itself.`
}

function dependenciesOf(facts: Facts): DependencyGraph {
  const graph = new DependencyGraph()
  addReads(graph, facts)
  addWrites(graph, facts)
  addProcesses(graph, facts.operations)
  addRealtime(graph, facts.operations)
  return graph
}

/** From the writer of a value to everybody who read it. */
function addReads(graph: DependencyGraph, facts: Facts): void {
  for (const reader of facts.operations) {
    if (reader.type !== 'ok') continue
    for (const { key, value } of readsOf(reader)) {
      const writer = facts.writeOf(key, value)?.operation
      if (writer === undefined || writer.type === 'fail') continue
      const because = `wrote ${key} ${value}, which #${reader.index} read`
      graph.add({ from: writer.index, to: reader.index, kind: 'wr', because })
    }
  }
}

/** From the writer of each version to the writer of the next. */
function addWrites(graph: DependencyGraph, facts: Facts): void {
  for (const [key, { values }] of facts.orders) {
    let previous: { readonly writer: Operation; readonly value: number } | undefined
    for (const [value] of values) {
      const writer = value === undefined ? undefined : facts.writeOf(key, value)?.operation
      if (writer === undefined || value === undefined || !facts.isCommitted(writer)) continue
      if (previous !== undefined) {
        const because = `wrote ${key} ${previous.value} right before ${value} of #${writer.index}`
        graph.add({ from: previous.writer.index, to: writer.index, kind: 'ww', because })
      }
      previous = { writer, value }
    }
  }
}

/** Only operations that took part in the data count: they read or wrote something. */
function hasData(operation: Operation): boolean {
  return operation.type === 'ok' && readsOf(operation).length + sendsOf(operation).length > 0
}

function addProcesses(graph: DependencyGraph, operations: readonly Operation[]): void {
  const last = new Map<number, Operation>()
  for (const operation of operations) {
    if (!hasData(operation)) continue
    const before = last.get(operation.proc)
    if (before !== undefined) {
      const because = `was done by process ${operation.proc} before #${operation.index}`
      graph.add({ from: before.index, to: operation.index, kind: 'process', because })
    }
    last.set(operation.proc, operation)
  }
}

/** From every operation to those that began after it was over, leaving out what follows from others. */
function addRealtime(graph: DependencyGraph, operations: readonly Operation[]): void {
  const steps = operations.filter(hasData).flatMap((operation) => [
    { at: operation.invokedAt, operation, isEnd: false },
    { at: operation.completedAt, operation, isEnd: true },
  ])
  steps.sort((a, b) => a.at - b.at)
  /** Operations that are over and not yet followed by another one that is over. */
  let frontier = new Set<Operation>()
  const before = new Map<Operation, ReadonlySet<Operation>>()
  for (const { operation, isEnd } of steps) {
    if (isEnd) {
      frontier = new Set([...frontier].filter((each) => before.get(operation)?.has(each) !== true))
      frontier.add(operation)
      continue
    }
    before.set(operation, new Set(frontier))
    for (const { index } of frontier) {
      const because = `was over before #${operation.index} began`
      graph.add({ from: index, to: operation.index, kind: 'realtime', because })
    }
  }
}
