// How long an authentication holds. Before it ends the client authenticates again on the same connection (KIP-368): the
// next request that comes when it is time waits for that, and so do those behind it, in their order.

import type { World } from '@samsa/world'

/** Something that waits until the connection is authenticated again. */
interface Held {
  go(): void
  fail(error: unknown): void
}

/** Part of a session's lifetime after which it is renewed, spread so that not all clients come at once. */
const earliest = 0.85
const spread = 0.1

/** The authenticated time of one connection. */
export class SaslSession {
  readonly #world: World
  readonly #authenticate: () => Promise<number>
  #renewAtMs = Number.POSITIVE_INFINITY
  #held: Held[] | undefined

  /** `authenticate` resolves to the lifetime in ms, 0 for one without end. */
  constructor(world: World, authenticate: () => Promise<number>) {
    this.#world = world
    this.#authenticate = authenticate
  }

  /** Authenticates for the first time. */
  async begin(): Promise<void> {
    await this.#renew()
  }

  /** Whether a request may leave now; if not, it has to be handed to `hold`. */
  get isOpen(): boolean {
    return this.#held === undefined && this.#world.clock.monotonic() < this.#renewAtMs
  }

  /** Runs `go` when the connection is authenticated again, or `fail` when it is not. */
  hold(held: Held): void {
    if (this.#held !== undefined) {
      this.#held.push(held)
      return
    }
    this.#held = [held]
    this.#renew().then(
      () => {
        for (const held of this.#take()) held.go()
      },
      (error: unknown) => {
        for (const held of this.#take()) held.fail(error)
      },
    )
  }

  #take(): Held[] {
    const held = this.#held ?? []
    this.#held = undefined
    return held
  }

  async #renew(): Promise<void> {
    const { clock, random } = this.#world
    const startMs = clock.monotonic()
    const lifetimeMs = await this.#authenticate()
    const part = earliest + spread * random.fraction()
    this.#renewAtMs = lifetimeMs > 0 ? startMs + lifetimeMs * part : Number.POSITIVE_INFINITY
  }
}
