// Who may connect: max.connections over the broker, max.connections.per.ip with its overrides (KIP-612's counts without
// its rates). Pure counting; the listener acts.

/** Limits as they are now; settings change at run time. */
export interface ConnectionLimitSettings {
  readonly maxConnections: number
  readonly maxConnectionsPerIp: number
  /** From max.connections.per.ip.overrides, by address. */
  readonly overrides: ReadonlyMap<string, number>
}

/** Counts connections by address. */
export class ConnectionLimits {
  readonly #settings: () => ConnectionLimitSettings
  readonly #byHost = new Map<string, number>()
  #count = 0

  constructor(settings: () => ConnectionLimitSettings) {
    this.#settings = settings
  }

  get count(): number {
    return this.#count
  }

  /** Counts a connection from `host`; or says why it is refused and counts nothing. */
  admit(host: string): string | undefined {
    const { maxConnections, maxConnectionsPerIp, overrides } = this.#settings()
    if (this.#count >= maxConnections) {
      return `The broker has ${maxConnections} connections already (max.connections).`
    }
    const fromHost = this.#byHost.get(host) ?? 0
    const perHost = overrides.get(host) ?? maxConnectionsPerIp
    if (fromHost >= perHost) {
      return `There are ${perHost} connections from ${host} already (max.connections.per.ip).`
    }
    this.#count++
    this.#byHost.set(host, fromHost + 1)
    return undefined
  }

  /** A counted connection is gone. */
  leave(host: string): void {
    this.#count--
    const left = (this.#byHost.get(host) ?? 1) - 1
    if (left === 0) this.#byHost.delete(host)
    else this.#byHost.set(host, left)
  }
}
