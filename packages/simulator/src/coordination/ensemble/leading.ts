// The leader's half of an ensemble: puts writes in order, commits what a majority has, and decides when sessions end. It
// serves from the moment at which a majority has its whole log, and gives up when it does not hear from a majority.

import { ErrorCode } from '@samsa/coordination/wire'
import type { Timer } from '@samsa/world'
import { applyUpTo, majorityOf, type Member, whenWritten } from './member.ts'
import type { Ask, Channel, Entry, Message, Payload } from './messages.ts'

interface Follower {
  readonly channel: Channel
  acknowledged: number
  heardAtMs: number
}

/** One server while it leads. */
export class Leading {
  readonly #member: Member
  readonly #term: number
  readonly #followers = new Map<number, Follower>()
  /** When each session ends, and which server it is at. */
  readonly #deadlines = new Map<string, number>()
  readonly #owners = new Map<string, number>()
  readonly #ending = new Set<string>()
  #syncs: { readonly length: number; readonly answer: () => void }[] = []
  readonly #startedAtMs: number
  #timer: Timer | undefined
  #written = 0
  #isServing = false
  #isOver = false

  constructor(member: Member, term: number) {
    this.#member = member
    this.#term = term
    this.#startedAtMs = member.world.clock.monotonic()
    this.#written = member.disk.log.length
    this.#propose({ kind: 'none' }, undefined)
    this.#schedule()
  }

  stop(): void {
    this.#isOver = true
    this.#timer?.cancel()
    for (const { channel } of this.#followers.values()) channel.close()
  }

  /** A server wants to follow. */
  join(channel: Channel, message: Message & { kind: 'join' }): void {
    const { disk } = this.#member
    if (message.promisedTerm > this.#term) {
      // It cannot follow in a term before the one that it has promised: another election comes to a later one.
      disk.promisedTerm = Math.max(disk.promisedTerm, message.promisedTerm)
      channel.close()
      this.#member.look()
      return
    }
    this.#followers.get(message.serverId)?.channel.close()
    let from = Math.min(message.log.length, disk.log.length)
    while (from > 0 && message.log[from - 1] !== disk.log[from - 1]) from--
    const follower = { channel, acknowledged: 0, heardAtMs: this.#nowMs }
    this.#followers.set(message.serverId, follower)
    channel.onMessage = (each) => this.#received(message.serverId, follower, each)
    channel.onClosed = () => {
      if (this.#followers.get(message.serverId) === follower) {
        this.#followers.delete(message.serverId)
      }
    }
    channel.send({ kind: 'history', term: this.#term, from, entries: disk.log.slice(from) })
    channel.send({ kind: 'commit', length: disk.state.length })
  }

  /** A server asks for something; the leader itself is one of them. */
  ask(serverId: number, requestId: string, ask: Ask): void {
    switch (ask.kind) {
      case 'sync':
        this.#sync(serverId, requestId)
        return
      case 'revalidate':
        this.#answer(serverId, requestId, this.#revalidate(serverId, ask.sessionId))
        return
      case 'write': {
        const { payload } = ask
        const refused = this.#refuses(serverId, payload)
        if (refused !== undefined) this.#answer(serverId, requestId, refused)
        else this.#propose(payload, requestId)
      }
    }
  }

  /** A session was heard of by one of the servers. */
  touch(sessionId: string): void {
    const timeoutMs = this.#member.disk.state.sessions.get(sessionId)
    if (timeoutMs === undefined || this.#ending.has(sessionId)) return
    const { tickMs } = this.#member.plan
    const endMs = this.#nowMs + timeoutMs
    this.#deadlines.set(sessionId, (Math.floor(endMs / tickMs) + 1) * tickMs)
  }

  /** Ends a session whatever its client does. */
  expire(sessionId: string): void {
    if (!this.#isServing || this.#ending.has(sessionId)) return
    this.#ending.add(sessionId)
    this.#propose({ kind: 'end-session', sessionId }, undefined)
  }

  get #nowMs(): number {
    return this.#member.world.clock.monotonic()
  }

  #received(serverId: number, follower: Follower, message: Message): void {
    follower.heardAtMs = this.#nowMs
    if (message.kind === 'ack') {
      follower.acknowledged = Math.max(follower.acknowledged, message.length)
      this.#advance()
    } else if (message.kind === 'pong') {
      for (const sessionId of message.touched) this.touch(sessionId)
    } else if (message.kind === 'ask') {
      this.ask(serverId, message.requestId, message.ask)
    }
  }

  #revalidate(serverId: number, sessionId: string): number {
    const { sessions } = this.#member.disk.state
    if (!sessions.has(sessionId) || this.#ending.has(sessionId)) return ErrorCode.sessionExpired
    this.touch(sessionId)
    this.#owners.set(sessionId, serverId)
    return ErrorCode.ok
  }

  #refuses(serverId: number, payload: Payload): number | undefined {
    if (payload.kind === 'none') return undefined
    const { sessionId } = payload
    if (payload.kind !== 'create-session') {
      const isThere = this.#member.disk.state.sessions.has(sessionId)
      if (!isThere || this.#ending.has(sessionId)) return ErrorCode.sessionExpired
      if ((this.#owners.get(sessionId) ?? serverId) !== serverId) return ErrorCode.sessionMoved
    }
    if (payload.kind === 'end-session') this.#ending.add(sessionId)
    this.#owners.set(sessionId, serverId)
    return undefined
  }

  /** Answered when everything that was proposed before is committed. A leader that was replaced unawares answers, too. */
  #sync(serverId: number, requestId: string): void {
    const { length } = this.#member.disk.log
    const answer = (): void => this.#answer(serverId, requestId, ErrorCode.ok)
    if (this.#member.disk.state.length === length) answer()
    else this.#syncs.push({ length, answer })
  }

  #answer(serverId: number, requestId: string, errorCode: number): void {
    const { listener } = this.#member
    if (serverId === this.#member.serverId) listener.answered(requestId, errorCode)
    else this.#followers.get(serverId)?.channel.send({ kind: 'answer', requestId, errorCode })
  }

  #propose(payload: Payload, requestId: string | undefined): void {
    const { disk } = this.#member
    const last = disk.log.at(-1)
    const zxid = last?.term === this.#term ? last.zxid + 1 : this.#term * 2 ** 32
    const entry: Entry = { term: this.#term, zxid, payload, requestId }
    disk.log.push(entry)
    const { length } = disk.log
    for (const { channel } of this.#followers.values()) channel.send({ kind: 'proposal', entry })
    whenWritten(this.#member, () => {
      this.#written = Math.max(this.#written, length)
      this.#advance()
    })
  }

  #advance(): void {
    if (this.#isOver) return
    const { disk, plan } = this.#member
    const acknowledged = [...this.#followers.values()].map((follower) => follower.acknowledged)
    const majority = [this.#written, ...acknowledged].toSorted((a, b) => b - a)
    const length = majority[majorityOf(plan) - 1] ?? 0
    // What earlier leaders left is committed with the first entry of this term, and not before.
    if (length <= disk.state.length || disk.log[length - 1]?.term !== this.#term) return
    for (const { channel } of this.#followers.values()) channel.send({ kind: 'commit', length })
    const isFirst = !this.#isServing
    this.#isServing = true
    applyUpTo(this.#member, length)
    this.#trackSessions()
    if (isFirst) this.#member.listener.serving(true)
    const due = this.#syncs.filter((sync) => sync.length <= length)
    this.#syncs = this.#syncs.filter((sync) => sync.length > length)
    for (const { answer } of due) answer()
  }

  /** New sessions, and all of them for a new leader, have their whole time before them. */
  #trackSessions(): void {
    const { sessions } = this.#member.disk.state
    for (const sessionId of sessions.keys()) {
      if (!this.#deadlines.has(sessionId)) this.touch(sessionId)
    }
    for (const sessionId of this.#deadlines.keys()) {
      if (!sessions.has(sessionId)) this.#deadlines.delete(sessionId)
    }
  }

  #schedule(): void {
    const { world, plan } = this.#member
    this.#timer = world.clock.after(plan.tickMs / 2, () => {
      this.#schedule()
      this.#beat()
    })
  }

  #beat(): void {
    const { plan } = this.#member
    const patienceMs = plan.syncTicks * plan.tickMs
    for (const [id, { channel, heardAtMs }] of this.#followers) {
      if (this.#nowMs - heardAtMs <= patienceMs) {
        channel.send({ kind: 'ping' })
        continue
      }
      this.#followers.delete(id)
      channel.close()
    }
    const isNew = !this.#isServing && this.#nowMs - this.#startedAtMs <= 2 * patienceMs
    if (this.#followers.size + 1 < majorityOf(plan) && !isNew) {
      this.#member.look()
      return
    }
    for (const sessionId of this.#member.listener.takeTouched()) this.touch(sessionId)
    for (const [sessionId, deadlineMs] of this.#deadlines) {
      if (deadlineMs <= this.#nowMs) this.expire(sessionId)
    }
  }
}
