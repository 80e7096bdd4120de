// The settings of this broker as they are now: defaults, file, environment and dynamic configs in one live view.

import type { BrokerLayers, BrokerSettings } from '@samsa/settings'

/** Reads settings by Kafka's names; the value may differ at the next read. */
export interface BrokerSettingsView {
  get<K extends keyof BrokerSettings>(name: K): BrokerSettings[K]
  /** Is told the names whose value changed; returns a function that stops that. */
  onChange(listener: (changed: ReadonlySet<string>) => void): () => void
}

/** The same with what the values come from, for who describes or validates them. */
export interface LayeredSettingsView extends BrokerSettingsView {
  /** All settings as they are now; a new object after every change. */
  current(): BrokerSettings
  /** What was said at the start, for the whole cluster, and for this broker. */
  layers(): BrokerLayers
}
