// The tree of nodes as committed. Nodes are immutable values that are replaced, so that whoever holds one, or a list
// of all of them, holds a consistent state while the tree moves on.
//
// Invariants: every node but the root has a parent in the tree; a node's `childCount` is the size of its set of
// children; `ephemerals` holds exactly the nodes that have an owner.

import { assert } from '@samsa/world'
import type { Node } from '../coordination.ts'
import { childPath, nameOf, parentOf } from './paths.ts'
import type { Change } from './transaction.ts'

const NO_DATA = Buffer.alloc(0)
const NOTHING: ReadonlySet<string> = new Set()

/** The committed nodes with their indexes: children by parent, ephemeral nodes by session. */
export class Tree {
  readonly #nodes = new Map<string, Node>()
  readonly #children = new Map<string, Set<string>>()
  readonly #ephemerals = new Map<string, Set<string>>()
  #zxid = 0

  constructor() {
    const stat = { createdZxid: 0, modifiedZxid: 0, version: 0, ephemeralOwner: '', childCount: 0 }
    this.#nodes.set('/', { path: '/', data: NO_DATA, stat })
  }

  /** Last transaction that the tree contains, 0 for none. */
  get zxid(): number {
    return this.#zxid
  }

  /** Number of nodes, the root included. */
  get size(): number {
    return this.#nodes.size
  }

  get(path: string): Node | undefined {
    return this.#nodes.get(path)
  }

  /** Names of the children, sorted; `undefined` when there is no such node. */
  children(path: string): string[] | undefined {
    if (!this.#nodes.has(path)) return undefined
    return [...(this.#children.get(path) ?? NOTHING)].toSorted()
  }

  /** Paths of all nodes below `prefix`, sorted. */
  descendants(prefix: string): string[] {
    const paths: string[] = []
    const pending = [prefix]
    for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
      for (const name of this.#children.get(parent) ?? NOTHING) {
        const path = childPath(parent, name)
        paths.push(path)
        pending.push(path)
      }
    }
    return paths.toSorted()
  }

  /** Paths of the ephemeral nodes that `sessionId` owns. */
  ephemeralsOf(sessionId: string): ReadonlySet<string> {
    return this.#ephemerals.get(sessionId) ?? NOTHING
  }

  /** Sessions that own ephemeral nodes. */
  owners(): Iterable<string> {
    return this.#ephemerals.keys()
  }

  /** All nodes as they are now, parents before their children. */
  snapshot(): readonly Node[] {
    // A map keeps the order of insertion, and a child is always inserted after its parent.
    return [...this.#nodes.values()]
  }

  /** Carries out the changes of transaction `zxid`, the next after the last. */
  commit(zxid: number, changes: readonly Change[]): void {
    assert(zxid === this.#zxid + 1, 'transactions are committed in order and without gaps')
    this.#zxid = zxid
    for (const change of changes) this.#put(change.path, change.after)
  }

  /** Takes a node over from a snapshot whose last transaction is `zxid`; its parent was taken before. */
  restore(node: Node, zxid: number): void {
    this.#zxid = zxid
    this.#put(node.path, node)
  }

  /** Whether every node has its parent, and every parent says the right number of children. */
  isConsistent(): boolean {
    for (const [path, { stat }] of this.#nodes) {
      if (stat.childCount !== (this.#children.get(path)?.size ?? 0)) return false
      if (path !== '/' && !this.#nodes.has(parentOf(path))) return false
    }
    return true
  }

  #put(path: string, after: Node | undefined): void {
    const before = this.#nodes.get(path)
    if (after === undefined) this.#nodes.delete(path)
    else this.#nodes.set(path, after)
    if ((before === undefined) !== (after === undefined) && path !== '/') {
      index(this.#children, parentOf(path), nameOf(path), after !== undefined)
    }
    const ownerBefore = before?.stat.ephemeralOwner ?? ''
    const ownerAfter = after?.stat.ephemeralOwner ?? ''
    if (ownerBefore === ownerAfter) return
    if (ownerBefore !== '') index(this.#ephemerals, ownerBefore, path, false)
    if (ownerAfter !== '') index(this.#ephemerals, ownerAfter, path, true)
  }
}

function index(sets: Map<string, Set<string>>, key: string, value: string, add: boolean): void {
  const set = sets.get(key)
  if (add) {
    if (set === undefined) sets.set(key, new Set([value]))
    else set.add(value)
  } else if (set !== undefined) {
    set.delete(value)
    if (set.size === 0) sets.delete(key)
  }
}
