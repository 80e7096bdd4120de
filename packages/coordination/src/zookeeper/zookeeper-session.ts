// A session with a real ZooKeeper ensemble: `Coordination` over the wire.
//
// Invariants: a call whose answer is lost rejects with 'reset' and is never repeated; watches survive a change of server,
// and what may have been missed meanwhile is told by `resync`; a session that has expired stays so: whoever held it
// begins anew.

import { assert, type Clock, type TlsOptions, type World, WorldError } from '@samsa/world'
import type {
  Coordination,
  MultiResult,
  Node,
  Operation,
  SessionState,
  WatchListener,
} from '../coordination.ts'
import { assertPath, childPath } from '../tree/paths.ts'
import { Watches } from '../tree/watches.ts'
import { Chroot } from './chroot.ts'
import type { ZooKeeperServer } from './connect-string.ts'
import { Lease } from './lease.ts'
import { LeaseKeeper } from './lease-keeper.ts'
import { ErrorCode, Opcode } from './protocol-numbers.ts'
import {
  failureOf,
  readChildren,
  readChildrenLists,
  readMulti,
  readNode,
  readNodes,
} from './replies.ts'
import {
  addWatchRequest,
  closeSessionRequest,
  multiReadRequest,
  multiRequest,
  type NodeAccess,
  pathRequest,
  removeWatchesRequest,
  type Request,
} from './requests.ts'
import type { Reply } from './session-machine.ts'
import { ZooKeeperLink } from './zookeeper-link.ts'

/** How a session is made. Times in milliseconds. */
export interface ZooKeeperOptions {
  readonly servers: readonly ZooKeeperServer[]
  /** Where the cluster's root lies in the ensemble's tree; created if it is missing. '' is the ensemble's root. */
  readonly chroot?: string
  /** Asked for; the server grants between 2 and 20 of its ticks. Default 6 s. */
  readonly sessionTimeoutMs?: number
  /** How long the first connection may take. Default 18 s. */
  readonly connectionTimeoutMs?: number
  readonly tls?: TlsOptions
  /** `user:password` of the scheme 'digest'. */
  readonly credentials?: string
  /** Who may use the nodes made by this session. Default 'anyone'; 'creator' needs credentials. */
  readonly access?: NodeAccess
  /** Below which path the leases of sessions are kept; neither listed nor watched. Default '/leases'. */
  readonly leases?: string
  /** The ensemble's tickTime if it is known: a smaller one makes longer leases. */
  readonly serverTickMs?: number
}

/** Paths in one multiRead. */
const READ_PATHS = 500
/** What a server accepts in one request (jute.maxbuffer), less what surrounds the operations. */
const MULTI_BYTES = 1024 * 1024 - 1024

/** A session with an ensemble. */
export class ZooKeeperSession implements Coordination {
  readonly #clock: Clock
  readonly #link: ZooKeeperLink
  readonly #chroot: Chroot
  readonly #access: NodeAccess
  readonly #leases: string
  readonly #lease: Lease
  readonly #keeper: LeaseKeeper
  readonly #watches = new Watches()
  /** How many local watches each watched prefix serves. */
  readonly #watched = new Map<string, number>()
  readonly #resyncs = new Set<WatchListener>()
  readonly #listeners = new Set<(state: SessionState) => void>()
  /** Runs when the watches are armed again, or never will be. */
  #whenWatching: (() => void)[] = []
  #state: SessionState = 'suspended'
  #closing: Promise<void> | undefined
  #opened: { resolve: () => void; reject: (error: WorldError) => void } | undefined

  private constructor(world: World, options: ZooKeeperOptions) {
    const { sessionTimeoutMs = 6000, connectionTimeoutMs = 18_000, leases = '/leases' } = options
    this.#clock = world.clock
    this.#chroot = new Chroot(options.chroot ?? '')
    this.#access = options.access ?? 'anyone'
    this.#leases = leases
    this.#lease = new Lease(options.serverTickMs)
    const { servers, tls, credentials } = options
    const link = {
      servers,
      timeoutMs: sessionTimeoutMs,
      greetingTimeoutMs: Math.max(100, Math.min(connectionTimeoutMs, sessionTimeoutMs) / 2),
    }
    this.#link = new ZooKeeperLink(
      world,
      {
        ...link,
        ...(tls === undefined ? {} : { tls }),
        ...(credentials === undefined ? {} : { credentials }),
      },
      {
        watched: () => [...this.#watched.keys()].map((path) => this.#chroot.outer(path)),
        changed: (path) => this.#changed(path),
        attached: () => this.#attached(),
        watching: () => void this.#rewatched(),
        suspended: () => this.#become('suspended'),
        ended: (reason) => this.#ended(reason),
      },
    )
    this.#keeper = new LeaseKeeper(world.clock, this, leases, () => this.#link.timeoutMs)
  }

  /**
   * Opens a session. Rejects with a `WorldError`: 'unreachable' when no server answers in time, 'permission' when the
   * credentials are not accepted or may not do what is needed.
   */
  static async connect(world: World, options: ZooKeeperOptions): Promise<ZooKeeperSession> {
    assert(options.servers.length > 0, 'an ensemble has at least one server')
    const session = new ZooKeeperSession(world, options)
    const { connectionTimeoutMs = 18_000 } = options
    const giveUp = world.clock.after(connectionTimeoutMs, () => {
      const { server } = session.#link
      const message = `ZooKeeper did not answer within ${connectionTimeoutMs} ms, last at ${server}.`
      session.#opened?.reject(new WorldError('unreachable', server, message))
    })
    try {
      await new Promise<void>((resolve, reject) => {
        session.#opened = { resolve, reject }
        session.#link.start()
      })
      await session.#makeRoot()
      await session.#keeper.start()
      return session
    } catch (error) {
      session.#finish('closed')
      throw error
    } finally {
      giveUp.cancel()
      session.#opened = undefined
    }
  }

  get sessionId(): string {
    return this.#link.sessionId
  }

  get state(): SessionState {
    return this.#state
  }

  get leaseUntil(): number {
    return this.#lease.untilMs
  }

  onState(listener: (state: SessionState) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  async get(path: string): Promise<Node | undefined> {
    assertPath(path)
    const reply = await this.#request(pathRequest(Opcode.getData, this.#chroot.outer(path)))
    if (reply.errorCode === ErrorCode.noNode) return undefined
    return this.#sensible(readNode(path, this.#succeeded(reply, path)))
  }

  async getAll(paths: readonly string[]): Promise<(Node | undefined)[]> {
    const parts: Promise<(Node | undefined)[]>[] = []
    for (let at = 0; at < paths.length; at += READ_PATHS) {
      parts.push(this.#getSome(paths.slice(at, at + READ_PATHS)))
    }
    return (await Promise.all(parts)).flat()
  }

  async children(path: string): Promise<readonly string[] | undefined> {
    assertPath(path)
    const reply = await this.#request(pathRequest(Opcode.getChildren2, this.#chroot.outer(path)))
    if (reply.errorCode === ErrorCode.noNode) return undefined
    return this.#visible(path, this.#sensible(readChildren(this.#succeeded(reply, path))))
  }

  async descendants(prefix: string): Promise<readonly string[]> {
    assertPath(prefix)
    const found: string[] = []
    const pending = [prefix]
    while (pending.length > 0) {
      const parents = pending.splice(0, READ_PATHS)
      const lists = await this.#childrenOfSome(parents)
      for (const [i, names] of lists.entries()) {
        const parent = parents[i] ?? '/'
        for (const name of this.#visible(parent, names)) pending.push(childPath(parent, name))
      }
      for (const parent of parents) if (parent !== prefix) found.push(parent)
    }
    return found.toSorted()
  }

  async multi(operations: readonly Operation[]): Promise<MultiResult> {
    const outer = operations.map((operation) => {
      assertPath(operation.path)
      return { ...operation, path: this.#chroot.outer(operation.path) }
    })
    const bytes = outer.reduce((sum, operation) => sum + sizeOf(operation), 0)
    if (bytes > MULTI_BYTES) {
      const message = `A transaction of ${bytes} bytes is more than ZooKeeper takes (${MULTI_BYTES}).`
      throw new WorldError('other', this.#link.server, message)
    }
    const reply = await this.#request(multiRequest(outer, this.#access))
    const first = operations[0]?.path ?? '/'
    const body = this.#succeeded(reply, first)
    const result = this.#sensible(
      readMulti(operations, { zxid: reply.zxid, sessionId: this.sessionId }, body),
    )
    if (result.ok) {
      this.#lease.committed(reply.sentAtMs, this.#link.timeoutMs)
      return { ok: true, zxid: reply.zxid, stats: result.stats }
    }
    const failure = failureOf(result.errorCode)
    if (failure !== undefined) return { ok: false, failure, index: result.index }
    throw refusal(result.errorCode, operations[result.index]?.path ?? first, this.#link.server)
  }

  async sync(): Promise<void> {
    const reply = await this.#request(pathRequest(Opcode.sync, this.#chroot.outer('/')))
    this.#succeeded(reply, '/')
  }

  async watch(prefix: string, listener: WatchListener): Promise<() => void> {
    assertPath(prefix)
    this.#assertOpen()
    // A copy: one listener may watch several prefixes.
    const own: WatchListener = {
      changed: (path) => listener.changed(path),
      resync: () => listener.resync(),
    }
    const remove = this.#watches.add(prefix, own)
    this.#resyncs.add(own)
    this.#watched.set(prefix, (this.#watched.get(prefix) ?? 0) + 1)
    await this.#arm(prefix)
    let isEnded = false
    return () => {
      if (isEnded) return
      isEnded = true
      remove()
      this.#resyncs.delete(own)
      this.#unwatch(prefix)
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#keeper.stop()
    if (this.#state === 'expired' || this.#state === 'closed') return
    const ending = this.#link.request(closeSessionRequest)
    // Whoever learns of the state may not act any more; the server's answer is awaited all the same.
    this.#become('closed')
    try {
      await this.#within(this.#link.timeoutMs, ending)
    } catch (error) {
      // The session is not served any more: its nodes go when the server's patience ends.
      if (!(error instanceof WorldError)) throw error
    } finally {
      this.#finish('closed')
    }
  }

  async #within(limitMs: number, promise: Promise<unknown>): Promise<void> {
    const over = new AbortController()
    const patience = this.#clock.sleep(limitMs, over.signal).catch(() => {})
    try {
      await Promise.race([promise, patience])
    } finally {
      over.abort()
    }
  }

  async #getSome(paths: readonly string[]): Promise<(Node | undefined)[]> {
    const outer = paths.map((path) => {
      assertPath(path)
      return this.#chroot.outer(path)
    })
    const reply = await this.#request(multiReadRequest(Opcode.getData, outer))
    return this.#sensible(readNodes(paths, this.#succeeded(reply, paths[0] ?? '/')))
  }

  async #childrenOfSome(paths: readonly string[]): Promise<(readonly string[] | undefined)[]> {
    const outer = paths.map((path) => this.#chroot.outer(path))
    const reply = await this.#request(multiReadRequest(Opcode.getChildren, outer))
    return this.#sensible(readChildrenLists(paths.length, this.#succeeded(reply, paths[0] ?? '/')))
  }

  async #arm(prefix: string): Promise<void> {
    try {
      const reply = await this.#request(addWatchRequest(this.#chroot.outer(prefix)))
      this.#succeeded(reply, prefix)
    } catch (error) {
      // Lost with the connection: the prefix is among those that the next one arms.
      if (!(error instanceof WorldError) || error.kind !== 'reset') throw error
      await new Promise<void>((resolve) => this.#whenWatching.push(resolve))
      this.#assertOpen()
    }
  }

  #unwatch(prefix: string): void {
    const left = (this.#watched.get(prefix) ?? 1) - 1
    if (left > 0) {
      this.#watched.set(prefix, left)
      return
    }
    this.#watched.delete(prefix)
    if (this.#state !== 'connected') return
    // Events that come before the server has heard of it find no listener; what it answers changes nothing.
    this.#link.request(removeWatchesRequest(this.#chroot.outer(prefix))).catch(() => {})
  }

  #changed(outerPath: string): void {
    const path = this.#chroot.inner(outerPath)
    if (path !== undefined && !path.startsWith(`${this.#leases}/`))
      this.#watches.report([{ path, after: undefined, reported: true }])
  }

  /** Leases and the ensemble's own nodes are no part of the cluster's tree. */
  #visible(parent: string, names: readonly string[] = []): readonly string[] {
    if (!this.#leases.startsWith(parent) && parent !== '/') return names
    return names.filter((name) => {
      const path = childPath(parent, name)
      return path !== this.#leases && this.#chroot.outer(path) !== '/zookeeper'
    })
  }

  #attached(): void {
    this.#become('connected')
    this.#opened?.resolve()
  }

  async #rewatched(): Promise<void> {
    try {
      // The server may be behind the one that was lost; listeners read from here on.
      await this.sync()
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      // Lost again: the next connection leads here as well. Over: nobody listens any more.
      return
    }
    for (const resolve of this.#whenWatching.splice(0)) resolve()
    for (const listener of Array.from(this.#resyncs)) {
      if (this.#resyncs.has(listener)) listener.resync()
    }
  }

  #ended(reason: 'expired' | 'refused'): void {
    const { server } = this.#link
    if (reason === 'refused') {
      const message = 'ZooKeeper does not accept the credentials.'
      this.#opened?.reject(new WorldError('permission', server, message))
    }
    this.#finish('expired')
  }

  #finish(state: 'expired' | 'closed'): void {
    this.#keeper.stop()
    this.#lease.end()
    this.#link.end()
    this.#watched.clear()
    this.#resyncs.clear()
    this.#become(state)
    for (const resolve of this.#whenWatching.splice(0)) resolve()
  }

  #become(state: SessionState): void {
    if (this.#state === state || this.#state === 'expired' || this.#state === 'closed') return
    this.#state = state
    for (const listener of Array.from(this.#listeners)) listener(state)
  }

  async #makeRoot(): Promise<void> {
    for (const path of this.#chroot.pathsToRoot) {
      const create: Operation = { kind: 'create', path, data: Buffer.alloc(0) }
      const reply = await this.#link.request(multiRequest([create], 'anyone'))
      const made = { zxid: reply.zxid, sessionId: this.sessionId }
      const result = this.#sensible(readMulti([create], made, this.#succeeded(reply, path)))
      if (!result.ok && result.errorCode !== ErrorCode.nodeExists) {
        throw refusal(result.errorCode, path, this.#link.server)
      }
    }
  }

  async #request(request: Request): Promise<Reply> {
    this.#assertOpen()
    return this.#link.request(request)
  }

  #assertOpen(): void {
    if (this.#state === 'connected' || this.#state === 'suspended') return
    const message = `The ZooKeeper session ${this.sessionId} is ${this.#state}.`
    throw new WorldError('closed', this.#link.server, message)
  }

  #succeeded(reply: Reply, path: string): Buffer {
    if (reply.errorCode === ErrorCode.ok) return reply.body
    throw refusal(reply.errorCode, path, this.#link.server)
  }

  #sensible<T>(value: T | undefined): T {
    if (value !== undefined) return value
    const reason = 'ZooKeeper has sent a reply that makes no sense.'
    this.#link.distrust(reason)
    throw new WorldError('reset', this.#link.server, reason)
  }
}

function refusal(errorCode: number, path: string, server: string): WorldError {
  const isForbidden = errorCode === ErrorCode.noAuth || errorCode === ErrorCode.authFailed
  const message = isForbidden
    ? `ZooKeeper does not allow this session to use ${path}.`
    : `ZooKeeper refuses ${path} with error ${errorCode}.`
  return new WorldError(isForbidden ? 'permission' : 'other', server, message)
}

function sizeOf(operation: Operation): number {
  const data = 'data' in operation ? operation.data.length : 0
  return 64 + Buffer.byteLength(operation.path) + data
}
