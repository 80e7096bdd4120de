// The settings of this broker as they are now: what it was started with, under the dynamic configs of the cluster, under
// its own. Worked out anew whenever metadata says that one of them changed; whoever cares is told which.

import {
  type BrokerLayers,
  type BrokerSettings,
  type ResolvedBroker,
  withDynamicSettings,
} from '@samsa/settings'
import type { Logger } from '@samsa/world'
import type { MetadataView } from '../metadata/metadata-view.ts'
import type { LayeredSettingsView } from './broker-settings-view.ts'

/** The live view. */
export class LiveSettings implements LayeredSettingsView {
  readonly #logger: Logger
  readonly #broker: ResolvedBroker
  readonly #metadata: MetadataView
  readonly #brokerId: number
  readonly #listeners = new Set<(changed: ReadonlySet<string>) => void>()
  readonly #stopWatching: () => void
  #current: BrokerSettings

  constructor(
    logger: Logger,
    broker: ResolvedBroker,
    { metadata, brokerId }: { readonly metadata: MetadataView; readonly brokerId: number },
  ) {
    this.#logger = logger
    this.#broker = broker
    this.#metadata = metadata
    this.#brokerId = brokerId
    this.#current = this.#resolve()
    this.#stopWatching = metadata.onChange((delta) => {
      if (delta.brokerConfigsChanged) this.#update()
    })
  }

  get<K extends keyof BrokerSettings>(name: K): BrokerSettings[K] {
    return this.#current[name]
  }

  /** All settings as they are now; a new object after every change. */
  current(): BrokerSettings {
    return this.#current
  }

  layers(): BrokerLayers {
    return {
      broker: this.#broker,
      clusterWide: Object.fromEntries(this.#metadata.brokerConfigs('default')),
      perBroker: Object.fromEntries(this.#metadata.brokerConfigs(this.#brokerId)),
    }
  }

  onChange(listener: (changed: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Follows metadata no longer. */
  close(): void {
    this.#stopWatching()
    this.#listeners.clear()
  }

  #resolve(): BrokerSettings {
    const { settings, problems } = withDynamicSettings(this.#broker.settings, this.layers())
    for (const { key, message } of problems) {
      this.#logger.warn({ key, problem: message }, 'A stored dynamic config is passed over.')
    }
    return settings
  }

  #update(): void {
    const before: Readonly<Record<string, unknown>> = this.#current
    this.#current = this.#resolve()
    const changed = new Set<string>()
    for (const [key, value] of Object.entries(this.#current)) {
      if (!isSame(value, before[key])) changed.add(key)
    }
    if (changed.size === 0) return
    for (const listener of Array.from(this.#listeners)) listener(changed)
  }
}

function isSame(value: unknown, other: unknown): boolean {
  if (value === other) return true
  if (!Array.isArray(value) || !Array.isArray(other)) return false
  return value.length === other.length && value.every((element, i) => element === other[i])
}
