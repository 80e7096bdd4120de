// One server among its peers: it looks for a leader, leads, or follows.
//
// Invariants: a server votes once in a term, and only for a log that has at least everything that its own has, so that
// what a majority has written is in the log of every later leader; what one server alone has may survive or not.

import { type Timer, type World, WorldError } from '@samsa/world'
import { Following } from './following.ts'
import { Leading } from './leading.ts'
import {
  type EnsemblePlan,
  majorityOf,
  type Member,
  type MemberListener,
  peerPort,
  type ServerDisk,
} from './member.ts'
import { type Ask, Channel, type Message, type Post } from './messages.ts'

/** What a peer is made of. */
export interface PeerParts {
  readonly serverId: number
  readonly plan: EnsemblePlan
  readonly disk: ServerDisk
  readonly post: Post
}

type Role = Leading | Following | undefined
type Vote = Message & { kind: 'vote' }

/** A server's place in its ensemble. */
export class QuorumPeer {
  readonly #member: Member
  #role: Role
  /** Raised whenever the role changes, so that a canvass that is too late is known. */
  #round = 0
  #timer: Timer | undefined

  private constructor(world: World, parts: PeerParts, listener: MemberListener) {
    this.#member = { ...parts, world, listener, look: () => this.#look() }
  }

  static async start(
    world: World,
    parts: PeerParts,
    listener: MemberListener,
  ): Promise<QuorumPeer> {
    const peer = new QuorumPeer(world, parts, listener)
    await world.network.listen({ host: '0.0.0.0', port: peerPort }, (connection) => {
      const channel = new Channel(parts.post, connection)
      channel.onMessage = (message) => peer.#received(channel, message)
    })
    peer.#look()
    return peer
  }

  get isLeading(): boolean {
    return this.#role instanceof Leading
  }

  /** Passes something on to the leader, whoever it is. */
  ask(requestId: string, ask: Ask): void {
    if (this.#role instanceof Leading) this.#role.ask(this.#member.serverId, requestId, ask)
    else this.#role?.ask(requestId, ask)
  }

  /** Ends a session if this server leads. */
  expire(sessionId: string): void {
    if (this.#role instanceof Leading) this.#role.expire(sessionId)
  }

  #become(role: () => Role): void {
    this.#round += 1
    this.#timer?.cancel()
    const before = this.#role
    this.#role = undefined
    before?.stop()
    this.#member.listener.serving(false)
    this.#role = role()
  }

  #look(): void {
    this.#become(() => undefined)
    const { world, plan } = this.#member
    const delayMs = plan.hosts.length === 1 ? 0 : (0.05 + world.random.fraction() / 2) * plan.tickMs
    this.#timer = world.clock.after(delayMs, () => void this.#stand())
  }

  /** Asks all others whether they would vote for this server, and then whether they do. */
  async #stand(): Promise<void> {
    const { disk, serverId, plan } = this.#member
    const round = this.#round
    const term = disk.promisedTerm + 1
    for (const isTrial of [true, false]) {
      if (!isTrial) disk.promisedTerm = term
      const { length } = disk.log
      const { lastTerm } = disk
      const question = { kind: 'canvass', serverId, term, lastTerm, length, isTrial } as const
      const others = plan.hosts.map((_, id) => id).filter((id) => id !== serverId)
      const votes = await Promise.all(others.map((id) => this.#canvass(id, question)))
      if (round !== this.#round) return
      const leaderId = votes.find((vote) => vote?.leaderId !== undefined)?.leaderId
      if (leaderId !== undefined && leaderId !== serverId) {
        this.#become(() => new Following(this.#member, leaderId))
        return
      }
      const granted = votes.filter((vote) => vote?.isGranted === true)
      const isPromised = !isTrial && disk.promisedTerm !== term
      if (granted.length + 1 < majorityOf(plan) || isPromised) {
        this.#look()
        return
      }
    }
    this.#become(() => new Leading(this.#member, term))
  }

  async #canvass(id: number, question: Message): Promise<Vote | undefined> {
    const { world, plan, post } = this.#member
    const giveUp = new AbortController()
    let channel: Channel | undefined
    return new Promise((resolve) => {
      const settle = (vote: Vote | undefined): void => {
        timer.cancel()
        channel?.close()
        resolve(vote)
      }
      const timer = world.clock.after(plan.tickMs, () => {
        giveUp.abort(new WorldError('unreachable', plan.hosts[id] ?? '', 'no vote'))
        settle(undefined)
      })
      const host = plan.hosts[id] ?? ''
      world.network.connect({ host, port: peerPort, signal: giveUp.signal }).then(
        (connection) => {
          channel = new Channel(post, connection)
          channel.onMessage = (message) => {
            if (message.kind === 'vote') settle(message)
          }
          channel.onClosed = () => settle(undefined)
          channel.send(question)
        },
        () => settle(undefined),
      )
    })
  }

  #received(channel: Channel, message: Message): void {
    if (message.kind === 'canvass') {
      channel.send(this.#vote(message))
    } else if (message.kind === 'join') {
      if (this.#role instanceof Leading) this.#role.join(channel, message)
      else channel.close()
    }
  }

  #vote({ serverId, term, lastTerm, length, isTrial }: Message & { kind: 'canvass' }): Vote {
    const { disk } = this.#member
    const refusal = { kind: 'vote', isGranted: false } as const
    if (this.#role instanceof Leading) return { ...refusal, leaderId: this.#member.serverId }
    if (this.#role !== undefined) return { ...refusal, leaderId: this.#role.leaderId }
    const isBehind =
      lastTerm < disk.lastTerm || (lastTerm === disk.lastTerm && length < disk.log.length)
    if (term <= disk.promisedTerm || isBehind) return { ...refusal, leaderId: undefined }
    if (!isTrial) {
      disk.promisedTerm = term
      this.#become(() => new Following(this.#member, serverId))
    }
    return { kind: 'vote', isGranted: true, leaderId: undefined }
  }
}
