// A follower's half of an ensemble: takes its leader's log as it is, and serves its own clients from what it knows to be
// committed, which may be behind. It goes on serving for a while after it has lost its leader: it does not know yet.

import { WorldError, type Timer } from '@samsa/world'
import { applyUpTo, type Member, peerPort, whenWritten } from './member.ts'
import { type Ask, Channel, type Message } from './messages.ts'

/** One server while it follows, or tries to. */
export class Following {
  readonly #member: Member
  readonly #leaderId: number
  #channel: Channel | undefined
  #term: number | undefined
  #heardAtMs: number
  #isServing = false
  #isOver = false
  #timer: Timer | undefined

  constructor(member: Member, leaderId: number) {
    this.#member = member
    this.#leaderId = leaderId
    this.#heardAtMs = this.#nowMs
    this.#schedule()
    void this.#connect()
  }

  get leaderId(): number {
    return this.#leaderId
  }

  stop(): void {
    this.#isOver = true
    this.#timer?.cancel()
    this.#channel?.close()
  }

  ask(requestId: string, ask: Ask): void {
    this.#channel?.send({ kind: 'ask', requestId, ask })
  }

  get #nowMs(): number {
    return this.#member.world.clock.monotonic()
  }

  /** Who was voted for may not know yet that it leads. */
  async #connect(): Promise<void> {
    const { world, plan, post, disk, serverId } = this.#member
    const host = plan.hosts[this.#leaderId] ?? ''
    while (!this.#isOver) {
      try {
        const connection = await world.network.connect({ host, port: peerPort })
        if (this.#isOver) {
          connection.destroy()
          return
        }
        const channel = new Channel(post, connection)
        this.#channel = channel
        channel.onMessage = (message) => this.#received(channel, message)
        channel.onClosed = () => this.#closed()
        const { promisedTerm, log } = disk
        channel.send({ kind: 'join', serverId, promisedTerm, log: log.slice() })
        return
      } catch (error) {
        if (!(error instanceof WorldError)) throw error
        await world.clock.sleep(plan.tickMs / 10)
      }
    }
  }

  #closed(): void {
    this.#channel = undefined
    if (this.#term === undefined) {
      const { world, plan } = this.#member
      world.clock.after(plan.tickMs / 10, () => void this.#connect())
    } else {
      this.#member.look()
    }
  }

  #received(channel: Channel, message: Message): void {
    const { disk, listener } = this.#member
    this.#heardAtMs = this.#nowMs
    switch (message.kind) {
      case 'history':
        if (message.term < disk.promisedTerm) {
          this.#member.look()
          return
        }
        disk.promisedTerm = message.term
        this.#term = message.term
        if (message.from < disk.state.length) {
          throw new Error('A leader of the ensemble takes a committed entry back.')
        }
        disk.log.length = message.from
        disk.log.push(...message.entries)
        this.#acknowledge(channel)
        return
      case 'proposal':
        disk.log.push(message.entry)
        this.#acknowledge(channel)
        return
      case 'commit':
        this.#commit(message.length)
        return
      case 'ping':
        channel.send({ kind: 'pong', touched: listener.takeTouched() })
        return
      case 'answer':
        listener.answered(message.requestId, message.errorCode)
        return
      default:
        return
    }
  }

  #acknowledge(channel: Channel): void {
    const { length } = this.#member.disk.log
    whenWritten(this.#member, () => {
      if (!this.#isOver) channel.send({ kind: 'ack', length })
    })
  }

  #commit(length: number): void {
    const { disk, listener } = this.#member
    applyUpTo(this.#member, length)
    if (this.#isServing || disk.log[disk.state.length - 1]?.term !== this.#term) return
    this.#isServing = true
    listener.serving(true)
  }

  #schedule(): void {
    const { world, plan } = this.#member
    this.#timer = world.clock.after(plan.tickMs / 2, () => {
      const silentMs = this.#nowMs - this.#heardAtMs
      if (silentMs > plan.syncTicks * plan.tickMs) this.#member.look()
      else this.#schedule()
    })
  }
}
