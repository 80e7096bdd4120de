// Coordination as the broker sees it: ZooKeeper's data model, whoever keeps it (the embedded store or a real ensemble).
// A tree of nodes with data and versions, conditional multi-operations, ephemeral nodes bound to a session, recursive
// watches. Paths are absolute within the cluster's root ('/controller'); '/' always exists.

/** Version and origin of a node, as ZooKeeper keeps them. */
export interface NodeStat {
  /** Transaction that created the node; of an ephemeral node it is the epoch of its owner. */
  readonly createdZxid: number
  /** Transaction that last changed the data. */
  readonly modifiedZxid: number
  /** Number of data changes; what conditional operations compare. */
  readonly version: number
  /** Session that owns an ephemeral node, '' for a persistent one. */
  readonly ephemeralOwner: string
  readonly childCount: number
}

/** A node as read. `data` may not be changed by the reader. */
export interface Node {
  readonly path: string
  readonly data: Buffer
  readonly stat: NodeStat
}

/** One part of a `multi`. `version` -1 matches any. */
export type Operation =
  | {
      readonly kind: 'create'
      readonly path: string
      readonly data: Buffer
      readonly ephemeral?: boolean
    }
  | {
      readonly kind: 'set'
      readonly path: string
      readonly data: Buffer
      readonly version: number
    }
  | { readonly kind: 'delete'; readonly path: string; readonly version: number }
  | { readonly kind: 'check'; readonly path: string; readonly version: number }

/** Why a `multi` changed nothing. */
export type MultiFailure =
  /** Another version than asked for. */
  | 'bad-version'
  /** The node, or the parent of a node to create, is missing. */
  | 'no-node'
  | 'node-exists'
  /** A node with children cannot be deleted. */
  | 'not-empty'
  /** Ephemeral nodes have no children. */
  | 'ephemeral-parent'

/** The outcome of a `multi`: all operations in one transaction, or none and the first that failed. */
export type MultiResult =
  | {
      readonly ok: true
      readonly zxid: number
      /** Stat after a create or a set, undefined for delete and check; in the order of the operations. */
      readonly stats: readonly (NodeStat | undefined)[]
    }
  | { readonly ok: false; readonly failure: MultiFailure; readonly index: number }

/** Where a session stands. Only 'connected' may act on what it knows; 'expired' and 'closed' are final. */
export type SessionState = 'connected' | 'suspended' | 'expired' | 'closed'

/** What a recursive watch reports. */
export interface WatchListener {
  /** The node at `path` was created, changed or deleted. */
  changed(path: string): void
  /** Events may have been missed (the connection was lost and is back): read everything again. */
  resync(): void
}

/** One session with the store. Calls are carried out in the order in which they were made. */
export interface Coordination {
  /** Identifies the session; owner of its ephemeral nodes. */
  readonly sessionId: string
  readonly state: SessionState
  /** Is told of every change of `state`; returns a function that stops that. */
  onState(listener: (state: SessionState) => void): () => void
  /**
   * Monotonic time (of the world's clock) until which no other session can have taken over what this one holds.
   * Comes from committed writes, not from pings. Infinity for the embedded store, which lives with its sessions.
   */
  readonly leaseUntil: number
  /** `undefined` when there is no such node. */
  get(path: string): Promise<Node | undefined>
  /** One answer per path, in order; read at one point in time for up to 500 paths. */
  getAll(paths: readonly string[]): Promise<(Node | undefined)[]>
  /** Names (not paths) of the children, sorted; `undefined` when there is no such node. */
  children(path: string): Promise<readonly string[] | undefined>
  /** All paths below (and without) `prefix`, sorted. */
  descendants(prefix: string): Promise<readonly string[]>
  /**
   * All or nothing. Rejects with a `WorldError` of kind 'reset' when the connection was lost before the answer: the
   * outcome is unknown and the caller must read before it tries again.
   */
  multi(operations: readonly Operation[]): Promise<MultiResult>
  /** Later reads see at least what was committed anywhere before this call. */
  sync(): Promise<void>
  /** Persistent recursive watch of `prefix` and everything below it. Resolves, once it is armed, to a function that ends it. */
  watch(prefix: string, listener: WatchListener): Promise<() => void>
  /** Ends the session in order: its ephemeral nodes go at once. */
  close(): Promise<void>
}
