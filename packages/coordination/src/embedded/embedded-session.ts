// One session with the embedded store: the `Coordination` that a broker holds.
//
// Invariant: the calls of a session take effect in the order in which they were made. A read waits only while calls of
// its own session are on their way; otherwise it is answered from the committed tree at once.

import { assert, WorldError } from '@samsa/world'
import type {
  Coordination,
  MultiResult,
  Node,
  Operation,
  SessionState,
  WatchListener,
} from '../coordination.ts'
import { assertPath } from '../tree/paths.ts'
import type { Tree } from '../tree/tree.ts'
import type { Watches } from '../tree/watches.ts'
import type { Committer } from './committer.ts'

/** What a session needs of its store. */
export interface SessionParts {
  readonly directory: string
  readonly tree: Tree
  readonly watches: Watches
  readonly committer: Committer
  /** Removes the session's ephemeral nodes; rejects when the disk refuses that. */
  readonly ended: (session: EmbeddedSession) => Promise<void>
}

/** A session of an `EmbeddedStore`. */
export class EmbeddedSession implements Coordination {
  readonly sessionId: string
  readonly #parts: SessionParts
  readonly #listeners = new Set<(state: SessionState) => void>()
  readonly #watched = new Set<() => void>()
  /** Calls that wait in the committer. */
  #pending = 0
  #state: SessionState = 'connected'
  #closed: Promise<void> | undefined

  constructor(sessionId: string, parts: SessionParts) {
    this.sessionId = sessionId
    this.#parts = parts
  }

  get state(): SessionState {
    return this.#state
  }

  get leaseUntil(): number {
    return this.#state === 'connected' ? Infinity : -Infinity
  }

  onState(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  get(path: string): Promise<Node | undefined> {
    assertPath(path)
    return this.#inOrder((tree) => tree.get(path))
  }

  getAll(paths: readonly string[]): Promise<(Node | undefined)[]> {
    const wanted = [...paths]
    for (const path of wanted) assertPath(path)
    return this.#inOrder((tree) => wanted.map((path) => tree.get(path)))
  }

  children(path: string): Promise<readonly string[] | undefined> {
    assertPath(path)
    return this.#inOrder((tree) => tree.children(path))
  }

  descendants(prefix: string): Promise<readonly string[]> {
    assertPath(prefix)
    return this.#inOrder((tree) => tree.descendants(prefix))
  }

  async multi(operations: readonly Operation[]): Promise<MultiResult> {
    this.#assertOpen()
    const { sessionId } = this
    this.#pending += 1
    try {
      const transaction = { kind: 'multi', sessionId, operations: operations.map(own) } as const
      return await this.#parts.committer.submit(transaction)
    } finally {
      this.#pending -= 1
    }
  }

  sync(): Promise<void> {
    return this.#inOrder(() => {})
  }

  watch(prefix: string, listener: WatchListener): Promise<() => void> {
    assertPath(prefix)
    return this.#inOrder(() => {
      if (this.#state !== 'connected') return () => {}
      const remove = this.#parts.watches.add(prefix, listener)
      this.#watched.add(remove)
      return () => {
        remove()
        this.#watched.delete(remove)
      }
    })
  }

  close(): Promise<void> {
    if (this.#closed !== undefined) return this.#closed
    this.#closed = this.#state === 'connected' ? this.#parts.ended(this) : Promise.resolve()
    this.release()
    return this.#closed
  }

  /** The session is over, its ephemeral nodes are somebody else's to remove: the store closes. */
  release(): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    for (const remove of this.#watched) remove()
    this.#watched.clear()
    for (const listener of Array.from(this.#listeners)) listener('closed')
  }

  #inOrder<T>(read: (tree: Tree) => T): Promise<T> {
    const { tree, committer } = this.#parts
    return new Promise((resolve) => {
      this.#assertOpen()
      if (this.#pending === 0) {
        resolve(read(tree))
        return
      }
      this.#pending += 1
      committer.read(() => {
        this.#pending -= 1
        resolve(read(tree))
      })
    })
  }

  #assertOpen(): void {
    if (this.#state === 'connected') return
    throw new WorldError('closed', this.#parts.directory, 'The coordination session is closed.')
  }
}

// The caller keeps its buffers; the tree keeps these.
function own(operation: Operation): Operation {
  assertPath(operation.path)
  assert(operation.kind !== 'delete' || operation.path !== '/', 'the root cannot be deleted')
  if (operation.kind !== 'create' && operation.kind !== 'set') return operation
  return { ...operation, data: Buffer.from(operation.data) }
}
