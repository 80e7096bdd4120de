// Decides what transactions do, on top of a committed tree that it does not touch: the pure half of the store. The
// shell writes the successful ones to the journal and only then commits their changes, so that nobody ever sees what
// a crash could take back.
//
// Invariant: a transaction that fails leaves the stage as if it had not been applied. Data is taken by reference: who
// makes a transaction hands its buffers over.

import { assert } from '@samsa/world'
import type { MultiFailure, MultiResult, Node, NodeStat, Operation } from '../coordination.ts'
import { assertPath, parentOf } from './paths.ts'
import type { Change, Outcome, Transaction } from './transaction.ts'
import type { Tree } from './tree.ts'

/** Nodes as a transaction finds them; `undefined` where there is none. */
type Nodes = Map<string, Node | undefined>

/** Transactions applied one after another to the state that `tree` has, and the ones before them leave behind. */
export class Stage {
  readonly #tree: Tree
  readonly #changed: Nodes = new Map()
  #zxid: number

  constructor(tree: Tree) {
    this.#tree = tree
    this.#zxid = tree.zxid
  }

  /** The transaction that the last successful `apply` made. */
  get zxid(): number {
    return this.#zxid
  }

  /** Applies one transaction. One that changes something takes the next zxid, any other takes none. */
  apply(transaction: Transaction): Outcome {
    const zxid = this.#zxid + 1
    const draft = new Draft(zxid, (path) =>
      this.#changed.has(path) ? this.#changed.get(path) : this.#tree.get(path),
    )
    const result = this.#carryOut(transaction, draft)
    if (!result.ok) return { result, changes: [] }
    if (draft.changes.length === 0) return { result: { ...result, zxid: this.#zxid }, changes: [] }
    for (const [path, node] of draft.nodes) this.#changed.set(path, node)
    this.#zxid = zxid
    return { result, changes: draft.changes }
  }

  #carryOut(transaction: Transaction, draft: Draft): MultiResult {
    switch (transaction.kind) {
      case 'multi':
        return draft.multi(transaction.sessionId, transaction.operations)
      case 'end-session':
        return draft.remove(this.#ephemeralsOf([transaction.sessionId]))
      case 'end-all-sessions':
        return draft.remove(this.#ephemeralsOf([...this.#owners()]))
    }
  }

  #owners(): Set<string> {
    const owners = new Set(this.#tree.owners())
    for (const node of this.#changed.values()) {
      if (node !== undefined && node.stat.ephemeralOwner !== '')
        owners.add(node.stat.ephemeralOwner)
    }
    return owners
  }

  #ephemeralsOf(sessionIds: readonly string[]): string[] {
    const paths = new Set<string>()
    for (const sessionId of sessionIds) {
      for (const path of this.#tree.ephemeralsOf(sessionId)) paths.add(path)
    }
    for (const [path, node] of this.#changed) {
      if (node !== undefined && sessionIds.includes(node.stat.ephemeralOwner)) paths.add(path)
      else paths.delete(path)
    }
    return [...paths].toSorted()
  }
}

/** One transaction in the making: the nodes that it has touched so far, over those that it found. */
class Draft {
  readonly nodes: Nodes = new Map()
  readonly changes: Change[] = []
  readonly #zxid: number
  readonly #found: (path: string) => Node | undefined

  constructor(zxid: number, found: (path: string) => Node | undefined) {
    this.#zxid = zxid
    this.#found = found
  }

  multi(sessionId: string, operations: readonly Operation[]): MultiResult {
    const stats: (NodeStat | undefined)[] = []
    for (const operation of operations) {
      const done = this.#operate(sessionId, operation)
      if (typeof done === 'string') return { ok: false, failure: done, index: stats.length }
      stats.push(done.stat)
    }
    return { ok: true, zxid: this.#zxid, stats }
  }

  remove(paths: readonly string[]): MultiResult {
    for (const path of paths) this.#delete(path, -1)
    return { ok: true, zxid: this.#zxid, stats: [] }
  }

  // The order in which conditions are tested is ZooKeeper's: it decides which failure is told.
  #operate(sessionId: string, operation: Operation): MultiFailure | { stat: NodeStat | undefined } {
    assertPath(operation.path)
    switch (operation.kind) {
      case 'create':
        return this.#create(operation.path, operation.data, operation.ephemeral ? sessionId : '')
      case 'set':
        return this.#set(operation.path, operation.data, operation.version)
      case 'delete':
        return this.#delete(operation.path, operation.version) ?? { stat: undefined }
      case 'check':
        return mismatch(this.#get(operation.path), operation.version) ?? { stat: undefined }
    }
  }

  #create(path: string, data: Buffer, owner: string): MultiFailure | { stat: NodeStat } {
    if (path === '/') return 'node-exists'
    const parent = this.#get(parentOf(path))
    if (parent === undefined) return 'no-node'
    if (this.#get(path) !== undefined) return 'node-exists'
    if (parent.stat.ephemeralOwner !== '') return 'ephemeral-parent'
    const stat: NodeStat = {
      createdZxid: this.#zxid,
      modifiedZxid: this.#zxid,
      version: 0,
      ephemeralOwner: owner,
      childCount: 0,
    }
    this.#put(path, { path, data, stat }, true)
    this.#countChild(parent, 1)
    return { stat }
  }

  #set(path: string, data: Buffer, version: number): MultiFailure | { stat: NodeStat } {
    const node = this.#get(path)
    const failure = mismatch(node, version)
    if (failure !== undefined || node === undefined) return failure ?? 'no-node'
    const { createdZxid, ephemeralOwner, childCount } = node.stat
    const stat: NodeStat = {
      createdZxid,
      modifiedZxid: this.#zxid,
      version: node.stat.version + 1,
      ephemeralOwner,
      childCount,
    }
    this.#put(path, { path, data, stat }, true)
    return { stat }
  }

  #delete(path: string, version: number): MultiFailure | undefined {
    assert(path !== '/', 'the root cannot be deleted')
    const node = this.#get(path)
    const failure = mismatch(node, version)
    if (failure !== undefined || node === undefined) return failure ?? 'no-node'
    if (node.stat.childCount > 0) return 'not-empty'
    const parent = this.#get(parentOf(path))
    assert(parent !== undefined, 'a node has a parent')
    this.#put(path, undefined, true)
    this.#countChild(parent, -1)
    return undefined
  }

  #countChild(parent: Node, by: 1 | -1): void {
    const stat = { ...parent.stat, childCount: parent.stat.childCount + by }
    this.#put(parent.path, { path: parent.path, data: parent.data, stat }, false)
  }

  #get(path: string): Node | undefined {
    return this.nodes.has(path) ? this.nodes.get(path) : this.#found(path)
  }

  #put(path: string, after: Node | undefined, reported: boolean): void {
    this.nodes.set(path, after)
    this.changes.push({ path, after, reported })
  }
}

function mismatch(node: Node | undefined, version: number): MultiFailure | undefined {
  if (node === undefined) return 'no-node'
  return version !== -1 && version !== node.stat.version ? 'bad-version' : undefined
}
