// The bounded cache of fetch sessions (KIP-227), and the rules by which a request opens, continues or ends one. A fetcher
// whose session has been evicted is told so and opens another.

import { KafkaError } from '@samsa/protocol'
import type { Clock, Random } from '@samsa/world'
import { FetchSession, type FetchTarget, type ForgottenPartition } from './fetch-session.ts'

/** A session unused for so long may be evicted for a new one (min.incremental.fetch.session.eviction.ms). */
const evictionMs = 120_000

const initialEpoch = 0
const finalEpoch = -1

/** What a fetch request says about its session. */
export interface SessionRequest {
  readonly sessionId: number
  readonly sessionEpoch: number
  readonly usesTopicIds: boolean
  readonly targets: readonly FetchTarget[]
  readonly forgotten: readonly ForgottenPartition[]
}

/** How a request is to be served. */
export interface SessionAnswer {
  readonly targets: readonly FetchTarget[]
  /** The session that hears the answer; undefined for none. */
  readonly session: FetchSession | undefined
  /** Only what changed is answered. */
  readonly incremental: boolean
}

/** The fetch sessions of a broker. */
export class FetchSessions {
  readonly #clock: Clock
  readonly #random: Random
  readonly #slotsMax: () => number
  /** Least recently used first. */
  readonly #sessions = new Map<number, FetchSession>()

  constructor(clock: Clock, random: Random, slotsMax: () => number) {
    this.#clock = clock
    this.#random = random
    this.#slotsMax = slotsMax
  }

  get count(): number {
    return this.#sessions.size
  }

  /** Throws FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH or FETCH_SESSION_TOPIC_ID_ERROR. */
  resolve(request: SessionRequest): SessionAnswer {
    const { sessionId, sessionEpoch, targets } = request
    if (sessionEpoch === initialEpoch || sessionEpoch === finalEpoch) {
      if (sessionId !== 0) this.#sessions.delete(sessionId)
      const opened = sessionEpoch === finalEpoch ? undefined : this.#open(request)
      return { targets, session: opened, incremental: false }
    }
    const session = this.#sessions.get(sessionId)
    if (session === undefined) {
      throw new KafkaError('FETCH_SESSION_ID_NOT_FOUND', `There is no fetch session ${sessionId}.`)
    }
    if (session.usesTopicIds !== request.usesTopicIds) {
      throw new KafkaError(
        'FETCH_SESSION_TOPIC_ID_ERROR',
        'The session was opened with the other way of naming topics.',
      )
    }
    if (session.epoch !== sessionEpoch) {
      throw new KafkaError(
        'INVALID_FETCH_SESSION_EPOCH',
        `Fetch session ${sessionId} expects epoch ${session.epoch}, not ${sessionEpoch}.`,
      )
    }
    session.update(targets, request.forgotten)
    if (session.size === 0) {
      this.#sessions.delete(sessionId)
      return { targets: [], session: undefined, incremental: false }
    }
    this.#sessions.delete(sessionId)
    this.#sessions.set(sessionId, session)
    session.advance(this.#clock.monotonic())
    return { targets: session.targets(), session, incremental: true }
  }

  #open(request: SessionRequest): FetchSession | undefined {
    if (request.targets.length === 0) return undefined
    const nowMs = this.#clock.monotonic()
    if (this.#sessions.size >= this.#slotsMax() && !this.#evict(request.targets.length, nowMs)) {
      return undefined
    }
    const session = new FetchSession(this.#freshId(), request.usesTopicIds, nowMs)
    session.update(request.targets, [])
    this.#sessions.set(session.id, session)
    return session
  }

  /** Makes room: an idle session, else an old one that is smaller than the one to come. */
  #evict(size: number, nowMs: number): boolean {
    const [oldest] = this.#sessions.values()
    if (oldest !== undefined && nowMs - oldest.lastUsedAt > evictionMs) {
      return this.#sessions.delete(oldest.id)
    }
    let smallest: FetchSession | undefined
    for (const session of this.#sessions.values()) {
      const old = nowMs - session.createdAt > evictionMs
      if (old && session.size < (smallest?.size ?? size)) smallest = session
    }
    return smallest !== undefined && this.#sessions.delete(smallest.id)
  }

  #freshId(): number {
    for (;;) {
      const id = 1 + this.#random.below(0x7fffffff)
      if (!this.#sessions.has(id)) return id
    }
  }
}
