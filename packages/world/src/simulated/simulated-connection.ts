// One end of a simulated connection. Sending copies bytes into a bounded window when the "kernel" takes them, so that
// bytes changed too early are seen; receiving hands out one scratch buffer that is overwritten after the call, so that
// bytes kept without copying are seen too. Packets arrive in order, whatever the network does to them.

import type { Address, Connection, ConnectionHandler } from '../network.ts'
import { WorldError } from '../world-error.ts'
import type { Link } from './link.ts'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** Bytes of one direction that may be under way or wait for a slow reader. */
const windowBytes = 256 * 1024
const packetBytes = 64 * 1024

const scratch = Buffer.alloc(packetBytes)

interface Packet {
  readonly kind: 'open' | 'data' | 'end' | 'reset'
  readonly bytes: Buffer
  hasArrived: boolean
}

interface Unsent {
  readonly buffers: readonly Buffer[]
  index: number
  position: number
  readonly sent: (() => void) | undefined
}

const nothing = Buffer.alloc(0)

/** One end, owned by one process. */
export class SimulatedConnection implements Connection {
  readonly local: Address
  readonly remote: Address
  readonly peerPrincipal = undefined
  readonly process: SimulatedProcess
  readonly outgoing: Link
  readonly incoming: Link
  /** Names this end in the trace. */
  readonly label: string
  readonly #network: SimulatedNetwork
  #peer: SimulatedConnection | undefined
  #handler: ConnectionHandler | undefined

  /** What was written and the kernel has not taken; then whether an end follows. */
  readonly #unsent: Unsent[] = []
  #unsentBytes = 0
  #isEnding = false
  #hasSentEnd = false
  #hasLeftBytes = false
  /** Packets to here, in order; those at the front that have arrived become readable. */
  readonly #flight: Packet[] = []
  readonly #readable: Buffer[] = []
  #readableBytes = 0
  #hasReceivedEnd = false
  #windowUsed = 0
  #isPaused = false
  #isDelivering = false
  #isGone = false
  #opened: (() => void) | undefined
  #failed: ((reason: string) => void) | undefined
  /** Calls to the owner, in order: chance may not decide between two of one connection. */
  readonly #calls: (() => void)[] = []

  constructor(
    network: SimulatedNetwork,
    process: SimulatedProcess,
    addresses: { readonly local: Address; readonly remote: Address },
  ) {
    this.#network = network
    this.process = process
    this.local = addresses.local
    this.remote = addresses.remote
    const [here, there] = [addresses.local, addresses.remote]
    this.outgoing = network.link(here.host, there.host)
    this.incoming = network.link(there.host, here.host)
    this.label = `${here.host}:${here.port} ${there.host}:${there.port}`
  }

  /** Makes two ends one connection. */
  static join(a: SimulatedConnection, b: SimulatedConnection): void {
    a.#peer = b
    b.#peer = a
  }

  get unsentBytes(): number {
    return this.#unsentBytes
  }

  /** Closed, reset, or dead with its process. */
  get isGone(): boolean {
    return this.#isGone
  }

  /** Server: `accept` takes the connection; the client hears of it ahead of all bytes. */
  open(accept: () => void): void {
    this.#later('accept', accept)
    this.#send('open', nothing)
  }

  /** Client: `opened` runs before any other call, or `failed` when that will never be. */
  onOpened(opened: () => void, failed: (reason: string) => void): void {
    this.#opened = opened
    this.#failed = failed
  }

  start(handler: ConnectionHandler): void {
    this.#handler = handler
  }

  write(buffers: readonly Buffer[], sent?: () => void): void {
    if (this.#isGone || this.#isEnding) {
      if (sent !== undefined) this.#later('sent', sent)
      return
    }
    this.#unsent.push({ buffers, index: 0, position: 0, sent })
    for (const buffer of buffers) this.#unsentBytes += buffer.length
    this.#pump()
    if (this.#unsentBytes > 0) this.#hasLeftBytes = true
  }

  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    this.#isPaused = false
    this.#deliverLater(0)
  }

  end(): void {
    if (this.#isGone) return
    this.#isEnding = true
    this.#pump()
  }

  destroy(error?: Error): void {
    if (this.#isGone) return
    // Bytes that nobody will read make the kernel answer with a reset instead of an orderly end.
    const kind = this.#readableBytes > 0 || this.#flight.length > 0 ? 'reset' : 'end'
    if (!this.#hasSentEnd) this.#send(kind, nothing)
    this.#vanish(error)
  }

  /** The process was killed: its kernel closes the connection. */
  killed(): void {
    if (this.#isGone) return
    this.#isGone = true
    if (!this.#hasSentEnd) this.#send('reset', nothing)
  }

  /** The machine lost power: nobody tells the peer, who may find out by asking (`keepAliveMs`). */
  unplugged(keepAliveMs: number | undefined): void {
    this.#isGone = true
    if (keepAliveMs === undefined) return
    const peer = this.#peer
    this.#network.after(keepAliveMs, () => peer?.keptAliveInVain())
  }

  /** The network broke the connection; both ends notice. */
  reset(): void {
    this.#send('reset', nothing)
    this.#lost('the connection was reset')
  }

  /** Probes of the connection were not answered. */
  keptAliveInVain(): void {
    this.#lost('the peer does not answer')
  }

  // ---- sending -------------------------------------------------------------------------------------------

  /** The kernel takes what the window allows. */
  #pump(): void {
    const peer = this.#peer
    if (peer === undefined || this.#isGone) return
    while (this.#unsent.length > 0 && peer.#windowUsed < windowBytes) {
      this.#send('data', this.#take(Math.min(packetBytes, windowBytes - peer.#windowUsed)))
      if (this.#isGone) return
    }
    if (this.#hasLeftBytes && this.#unsentBytes === 0) {
      this.#hasLeftBytes = false
      this.#later('drained', () => {
        if (this.#unsentBytes === 0 && !this.#isGone) this.#handler?.drained()
      })
    }
    if (this.#isEnding && this.#unsent.length === 0 && !this.#hasSentEnd) {
      this.#hasSentEnd = true
      this.#send('end', nothing)
      this.#closeWhenBothEnded()
    }
  }

  /** Copies at most `limit` unsent bytes. */
  #take(limit: number): Buffer {
    const parts: Buffer[] = []
    let taken = 0
    for (let write = this.#unsent[0]; write !== undefined; write = this.#unsent[0]) {
      for (; write.index < write.buffers.length; write.index++, write.position = 0) {
        const buffer = write.buffers[write.index] ?? nothing
        const end = Math.min(buffer.length, write.position + limit - taken)
        parts.push(buffer.subarray(write.position, end))
        taken += end - write.position
        write.position = end
        if (end < buffer.length) break
      }
      if (write.index < write.buffers.length) break
      this.#unsent.shift()
      if (write.sent !== undefined) this.#later('sent', write.sent)
    }
    this.#unsentBytes -= taken
    return Buffer.concat(parts, taken)
  }

  #send(kind: Packet['kind'], bytes: Buffer): void {
    const peer = this.#peer
    if (peer === undefined || (bytes.length === 0 && kind === 'data')) return
    const cut = kind === 'data' ? this.#network.breakAt(this, bytes.length) : undefined
    const payload = cut === undefined ? bytes : bytes.subarray(0, cut)
    const packet: Packet = { kind, bytes: payload, hasArrived: false }
    peer.#flight.push(packet)
    peer.#windowUsed += payload.length
    const arrive = (): void => {
      packet.hasArrived = true
      peer.#arrived()
    }
    this.#network.carry(this, arrive, () => this.#lost('the peer does not answer'))
    if (cut === undefined) return
    this.#send('reset', nothing)
    this.#lost('the connection was reset')
  }

  // ---- receiving -----------------------------------------------------------------------------------------

  /** The kernel has new packets. */
  #arrived(): void {
    while (this.#flight[0]?.hasArrived === true) {
      const packet = this.#flight.shift()
      if (packet === undefined) return
      if (this.#isGone) {
        // A machine that is up answers packets of connections it does not know; one without power does not.
        if (packet.kind !== 'reset') this.#refuse()
        continue
      }
      this.#network.trace(this, packet.kind, packet.bytes.length)
      if (packet.kind === 'data') {
        this.#readable.push(packet.bytes)
        this.#readableBytes += packet.bytes.length
      } else if (packet.kind === 'end') {
        this.#hasReceivedEnd = true
      } else if (packet.kind === 'open') {
        this.#failed = undefined
        if (this.#opened !== undefined) this.#later('connected', this.#opened)
      } else {
        this.#lost('the connection was reset')
        return
      }
    }
    this.#deliverLater(0)
  }

  #refuse(): void {
    const peer = this.#peer
    if (peer === undefined || peer.#isGone) return
    const lost = (): void => peer.#lost('the connection was reset')
    if (this.#network.isUp(this.local.host)) {
      this.#network.carry(this, lost, () => {})
    } else {
      this.#network.whenAnswered(this.local.host, lost)
    }
  }

  #deliverLater(delayMs: number): void {
    if (this.#isDelivering || this.#isGone) return
    if (this.#readableBytes === 0 && !this.#hasReceivedEnd) return
    this.#isDelivering = true
    const deliver = (): void => {
      this.#isDelivering = false
      this.#deliver()
    }
    this.#later('receive', deliver, delayMs)
  }

  #deliver(): void {
    if (this.#isGone || this.#isPaused) return
    if (this.#readableBytes === 0) {
      if (this.#hasReceivedEnd) this.#receiveEnd()
      return
    }
    const whole = Math.min(this.#readableBytes, scratch.length)
    const split = this.#network.splitAt(this, whole)
    const chunk = scratch.subarray(0, split ?? whole)
    this.#drainReadable(chunk)
    this.#windowUsed -= chunk.length
    const peer = this.#peer
    if (peer !== undefined && peer.#unsent.length > 0) this.#network.soon(() => peer.#pump())
    this.#network.trace(this, 'deliver', chunk.length)
    if (this.#handler === undefined) this.#lost('the connection was not started')
    else this.#handler.data(chunk)
    chunk.fill(0xdb)
    this.#deliverLater(split === undefined ? 0 : 0.01)
  }

  #drainReadable(target: Buffer): void {
    let filled = 0
    while (filled < target.length) {
      const first = this.#readable[0] ?? nothing
      const length = first.copy(target, filled)
      filled += length
      if (length === first.length) this.#readable.shift()
      else this.#readable[0] = first.subarray(length)
    }
    this.#readableBytes -= target.length
  }

  /** The peer sends no more: what we have written still leaves, then this end is over too. */
  #receiveEnd(): void {
    this.#isEnding = true
    this.#pump()
    this.#closeWhenBothEnded()
  }

  #closeWhenBothEnded(): void {
    if (this.#hasSentEnd && this.#hasReceivedEnd && this.#readableBytes === 0) {
      this.#vanish(undefined)
    }
  }

  // ---- ending --------------------------------------------------------------------------------------------

  /** The connection failed. */
  #lost(reason: string): void {
    if (this.#isGone) return
    const { host, port } = this.remote
    const subject = `${host}:${port}`
    this.#failed?.(reason)
    this.#vanish(new WorldError('reset', subject, `talk to ${subject}: ${reason}`))
  }

  #vanish(error: Error | undefined): void {
    if (this.#isGone) return
    this.#isGone = true
    this.#network.forget(this)
    for (const { sent } of this.#unsent.splice(0)) {
      if (sent !== undefined) this.#later('sent', sent)
    }
    this.#unsentBytes = 0
    this.#later('closed', () => this.#handler?.closed(error))
  }

  /** Calls the owner from an event of its own, after all calls that were asked for before. */
  #later(kind: string, callback: () => void, delayMs: number = 0): void {
    this.#calls.push(callback)
    this.process.after(delayMs, kind, () => this.#calls.shift()?.())
  }
}
