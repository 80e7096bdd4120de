// Holds clients to their quotas (KIP-13, KIP-124, KIP-219): what they send, get and cost is measured, and who is above
// his limit is told how long to be silent; his connection is not read meanwhile.

import type { World } from '@samsa/world'
import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import type { MetadataView } from '../metadata/metadata-view.ts'
import {
  type ApplyingQuota,
  applyingQuota,
  byEntity,
  type QuotasByEntity,
} from './applying-quota.ts'
import type { ClientQuotas } from './client-quotas.ts'
import { RateMeter, type RateWindows } from './rate-meter.ts'

/** What is limited. */
export type ThrottledKey = 'producer_byte_rate' | 'consumer_byte_rate' | 'request_percentage'

/** Who uses the broker. */
export interface QuotaUser {
  /** `User:name`. */
  readonly principal: string
  readonly clientId: string | null
}

/** Meters at which those go that were not used for longest. */
const metersMax = 10_000

/** What throttles work with. */
export interface ClientThrottlesOptions {
  readonly quotas: Pick<ClientQuotas, 'describe'>
  readonly metadata: Pick<MetadataView, 'onChange'>
  readonly settings: BrokerSettingsView
}

/** The throttles of one broker. */
export class ClientThrottles {
  readonly #world: World
  readonly #options: ClientThrottlesOptions
  readonly #meters = new Map<string, RateMeter>()
  /** Whether metadata changed since the quotas were read. */
  #isStale = true
  readonly #stopWatching: () => void
  #quotas: QuotasByEntity = new Map()
  /** What was looked up since the quotas changed. */
  readonly #found = new Map<string, ApplyingQuota | undefined>()

  constructor(world: World, options: ClientThrottlesOptions) {
    this.#world = world
    this.#options = options
    this.#stopWatching = options.metadata.onChange(() => {
      this.#isStale = true
    })
  }

  /** Follows metadata no longer. */
  close(): void {
    this.#stopWatching()
  }

  /** Whether anybody has a quota: nothing needs to be measured where nobody has. */
  get areThereAny(): boolean {
    this.#refresh()
    return this.#quotas.size > 0
  }

  /**
   * Takes the use of so many bytes, or so many percent times seconds of the broker's thread, into account; returns for how
   * many milliseconds the client is to be silent.
   */
  use(key: ThrottledKey, user: QuotaUser, amount: number): number {
    this.#refresh()
    const quota = this.#find(key, user)
    if (quota === undefined) return 0
    const nowMs = this.#world.clock.monotonic()
    const windows = this.#windows()
    const meter = this.#meter(`${key} ${quota.group}`)
    meter.record(amount, nowMs, windows)
    const throttleMs = meter.throttleMs(quota.limit, nowMs, windows)
    // Use of the thread is estimated; one request may not silence a client for long (KIP-124).
    return key === 'request_percentage' ? Math.min(throttleMs, windows.windowMs) : throttleMs
  }

  #find(key: ThrottledKey, { principal, clientId }: QuotaUser): ApplyingQuota | undefined {
    const known = `${key} ${principal} ${clientId}`
    if (this.#found.has(known)) return this.#found.get(known)
    const user = principal.replace(/^User:/, '')
    const quota = applyingQuota(this.#quotas, key, user, clientId ?? '')
    if (this.#found.size >= metersMax) this.#found.clear()
    this.#found.set(known, quota)
    return quota
  }

  #meter(name: string): RateMeter {
    const meter = this.#meters.get(name) ?? new RateMeter()
    this.#meters.delete(name)
    this.#meters.set(name, meter)
    for (const oldest of this.#meters.keys()) {
      if (this.#meters.size <= metersMax) break
      this.#meters.delete(oldest)
    }
    return meter
  }

  #windows(): RateWindows {
    const { settings } = this.#options
    return {
      count: settings.get('quota.window.num'),
      windowMs: settings.get('quota.window.size.seconds') * 1000,
    }
  }

  #refresh(): void {
    if (!this.#isStale) return
    this.#isStale = false
    const { quotas } = this.#options
    this.#quotas = byEntity(quotas.describe({ components: [], strict: false }))
    this.#found.clear()
  }
}
