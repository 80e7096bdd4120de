// The settings of this broker as they are now: defaults, file, environment and dynamic configs in one live view.

import type { BrokerSettings } from '@samsa/settings'

/** Reads settings by Kafka's names; the value may differ at the next read. */
export interface BrokerSettingsView {
  get<K extends keyof BrokerSettings>(name: K): BrokerSettings[K]
  /** Is told the names whose value changed; returns a function that stops that. */
  onChange(listener: (changed: ReadonlySet<string>) => void): () => void
}
