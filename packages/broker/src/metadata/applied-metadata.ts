// The view kept up to date from a coordination session, level-triggered: a watch marks paths, a loop reads what is marked
// and applies it. What is read is always the newest, so events may come twice, late, or (after a lost connection, when
// everything is read again) not at all.

import type { Coordination, Node } from '@samsa/coordination'
import { type World, WorldError } from '@samsa/world'
import { type AppliedBroker, brokerConfigName, MetadataImage } from './metadata-image.ts'
import type { MetadataDelta, MetadataView } from './metadata-view.ts'
import { type ConfigKind, metadataRoot } from './paths.ts'
import type { AppliedTopic } from './topic-table.ts'

/** Nodes that are read at one point in time. */
const readAtOnce = 500

interface Waiter {
  resolve(): void
  reject(error: WorldError): void
}

/** Options of `AppliedMetadata.open`. */
export interface AppliedMetadataOptions {
  /** How long changes gather before they are read; 0 (default) for a store in this process. */
  readonly debounceMs?: number
}

/** The applied view of one broker. */
export class AppliedMetadata implements MetadataView {
  readonly image: MetadataImage
  readonly #world: World
  readonly #session: Coordination
  readonly #debounceMs: number
  readonly #listeners = new Set<(delta: MetadataDelta) => void>()
  #dirty = new Set<string>()
  #readAll = true
  #running: Promise<void> | undefined
  /** A read failed: nothing is read until the session says that it is back. */
  #suspended = false
  /** Whoever waits for what is dirty now. */
  #waiters: Waiter[] = []
  #endWatch: () => void = () => {}
  #closed = false

  private constructor(world: World, session: Coordination, options: AppliedMetadataOptions) {
    this.#world = world
    this.#session = session
    this.#debounceMs = options.debounceMs ?? 0
    this.image = new MetadataImage(world.logger)
  }

  /** Reads everything and follows it from then on. The tree must have been prepared. */
  static async open(
    world: World,
    session: Coordination,
    options: AppliedMetadataOptions = {},
  ): Promise<AppliedMetadata> {
    const view = new AppliedMetadata(world, session, options)
    view.#endWatch = await session.watch(metadataRoot, {
      changed: (path) => {
        view.#dirty.add(path)
        view.#run()
      },
      resync: () => {
        view.#readAll = true
        view.#suspended = false
        view.#run()
      },
    })
    await view.caughtUp()
    return view
  }

  /**
   * Resolves when everything that was committed anywhere before this call has been applied. Rejects with a WorldError
   * 'closed' when the view is closed before that.
   */
  async caughtUp(): Promise<void> {
    await this.#session.sync()
    this.#run()
    if (this.#running === undefined) return
    await new Promise<void>((resolve, reject) => {
      this.#waiters.push({ resolve, reject })
    })
  }

  /** Reads every node again, for somebody who has reason to doubt what is known. */
  readAgain(): Promise<void> {
    this.#readAll = true
    return this.caughtUp()
  }

  /** Stops following. */
  close(): void {
    this.#closed = true
    this.#endWatch()
    this.#listeners.clear()
    this.#rejectWaiters()
  }

  get zxid(): number {
    return this.image.zxid
  }

  get controllerId(): number {
    return this.image.controllerId
  }

  brokers(): readonly AppliedBroker[] {
    return [...this.image.brokers().values()]
  }

  broker(id: number): AppliedBroker | undefined {
    return this.image.brokers().get(id)
  }

  topic(name: string): AppliedTopic | undefined {
    return this.image.topics.get(name)
  }

  topicById(topicId: string): AppliedTopic | undefined {
    return this.image.topics.getById(topicId)
  }

  topics(): Iterable<AppliedTopic> {
    return this.image.topics.all()
  }

  isDeleted(topicId: string): boolean {
    return this.image.isDeleted(topicId)
  }

  topicConfigs(name: string): ReadonlyMap<string, string> {
    return this.image.configs('topics', name)
  }

  brokerConfigs(id: number | 'default'): ReadonlyMap<string, string> {
    return this.image.configs('brokers', brokerConfigName(id))
  }

  /** Dynamic configs of one entity, empty when there are none. */
  configs(kind: ConfigKind, name: string): ReadonlyMap<string, string> {
    return this.image.configs(kind, name)
  }

  onChange(listener: (delta: MetadataDelta) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  #run(): void {
    if (this.#running !== undefined || this.#suspended || this.#closed) return
    if (this.#dirty.size === 0 && !this.#readAll) return
    this.#running = this.#apply().finally(() => {
      this.#running = undefined
      // What was marked after the last look.
      this.#run()
      if (this.#running === undefined && !this.#suspended) {
        for (const waiter of this.#waiters.splice(0)) waiter.resolve()
      }
    })
  }

  async #apply(): Promise<void> {
    while ((this.#dirty.size > 0 || this.#readAll) && !this.#closed) {
      // Even without a pause: the events of one transaction come one after another, and are read together.
      if (this.#debounceMs > 0) await this.#world.clock.sleep(this.#debounceMs)
      else await Promise.resolve()
      const waiting = this.#waiters
      this.#waiters = []
      const dirty = this.#dirty
      this.#dirty = new Set()
      const readAll = this.#readAll
      this.#readAll = false
      try {
        await this.#readAndApply(readAll ? await this.#allPaths(dirty) : [...dirty])
      } catch (error) {
        this.#waiters.push(...waiting)
        if (!(error instanceof WorldError)) throw error
        this.#readAll = true
        this.#suspended = true
        this.#world.logger.warn({ error }, 'Metadata could not be read.')
        // A lost connection may come back; a session that is over does not.
        if (error.kind === 'closed') this.#rejectWaiters()
        return
      }
      for (const waiter of waiting) waiter.resolve()
    }
  }

  async #allPaths(dirty: ReadonlySet<string>): Promise<string[]> {
    const there = await this.#session.descendants(metadataRoot)
    return [...new Set([...there, ...this.image.paths(), ...dirty])]
  }

  async #readAndApply(paths: readonly string[]): Promise<void> {
    const nodes: (Node | undefined)[] = []
    for (let at = 0; at < paths.length; at += readAtOnce) {
      nodes.push(...(await this.#session.getAll(paths.slice(at, at + readAtOnce))))
    }
    if (this.#closed) return
    const delta = this.image.apply(paths, nodes)
    if (delta === undefined) return
    for (const listener of Array.from(this.#listeners)) listener(delta)
  }

  #rejectWaiters(): void {
    const error = new WorldError('closed', metadataRoot, 'The metadata is no longer followed.')
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error)
  }
}
