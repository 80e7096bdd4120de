// The rules of the data model written down once more, as naively as possible: what every implementation of
// `Coordination` is compared with. Slow on purpose; it shares nothing with them but the types.

import type { MultiFailure, Operation } from '../coordination.ts'

/** A node as the model knows it. */
export interface ModelNode {
  readonly data: string
  readonly version: number
  readonly owner: string
  readonly createdZxid: number
  readonly modifiedZxid: number
}

/** What an operation, or a whole multi, comes to. */
export type ModelResult = { readonly failure: MultiFailure; readonly index: number } | undefined

/** The nodes below the root. */
export class Model {
  #nodes = new Map<string, ModelNode>()

  /** A copy that goes its own way. */
  clone(): Model {
    const copy = new Model()
    copy.#nodes = new Map(this.#nodes)
    return copy
  }

  get(path: string): ModelNode | undefined {
    return this.#nodes.get(path)
  }

  /** Paths of all nodes, sorted. */
  paths(): string[] {
    return [...this.#nodes.keys()].toSorted()
  }

  children(path: string): string[] | undefined {
    if (path !== '/' && !this.#nodes.has(path)) return undefined
    const prefix = path === '/' ? '/' : `${path}/`
    return this.paths()
      .filter((other) => other.startsWith(prefix) && !other.slice(prefix.length).includes('/'))
      .map((other) => other.slice(prefix.length))
  }

  /** What would fail, if anything; then nothing has changed. `zxid` is what new stats carry. */
  multi(sessionId: string, operations: readonly Operation[], zxid: number): ModelResult {
    const before = new Map(this.#nodes)
    for (const [index, operation] of operations.entries()) {
      const failure = this.#operate(sessionId, operation, zxid)
      if (failure !== undefined) {
        this.#nodes = before
        return { failure, index }
      }
    }
    return undefined
  }

  /** Removes the ephemeral nodes of a session, or of all; returns their paths, sorted. */
  endSession(sessionId?: string): string[] {
    const gone = this.paths().filter((path) => {
      const owner = this.#nodes.get(path)?.owner ?? ''
      return sessionId === undefined ? owner !== '' : owner === sessionId
    })
    for (const path of gone) this.#nodes.delete(path)
    return gone
  }

  /** The whole state as one value, to compare. */
  state(): Record<string, ModelNode> {
    return Object.fromEntries([...this.#nodes].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }

  #operate(sessionId: string, operation: Operation, zxid: number): MultiFailure | undefined {
    const { path } = operation
    const node = this.#nodes.get(path)
    if (operation.kind === 'create') {
      const parent = path.slice(0, path.lastIndexOf('/')) || '/'
      if (parent !== '/' && !this.#nodes.has(parent)) return 'no-node'
      if (node !== undefined) return 'node-exists'
      if (parent !== '/' && this.#nodes.get(parent)?.owner !== '') return 'ephemeral-parent'
      this.#nodes.set(path, {
        data: operation.data.toString(),
        version: 0,
        owner: operation.ephemeral === true ? sessionId : '',
        createdZxid: zxid,
        modifiedZxid: zxid,
      })
      return undefined
    }
    if (node === undefined) return 'no-node'
    if (operation.version !== -1 && operation.version !== node.version) return 'bad-version'
    if (operation.kind === 'set') {
      const data = operation.data.toString()
      this.#nodes.set(path, { ...node, data, version: node.version + 1, modifiedZxid: zxid })
    } else if (operation.kind === 'delete') {
      if (this.children(path)?.length !== 0) return 'not-empty'
      this.#nodes.delete(path)
    }
    return undefined
  }
}
