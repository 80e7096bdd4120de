// The settings of each topic as they are now: the broker's own under the topic's overrides. Resolved once and kept until
// one of the two changes.

import type { MetadataView } from '../metadata/metadata-view.ts'
import { resolveTopicSettings, type BrokerSettings, type TopicSettings } from '@samsa/settings'

/** Resolves topic settings on demand. */
export class TopicSettingsView {
  readonly #brokerSettings: () => BrokerSettings
  readonly #metadata: MetadataView
  readonly #resolved = new Map<string, TopicSettings>()

  /** `brokerSettings` gives the settings as they are now. */
  constructor(brokerSettings: () => BrokerSettings, metadata: MetadataView) {
    this.#brokerSettings = brokerSettings
    this.#metadata = metadata
  }

  of(topic: string): TopicSettings {
    const known = this.#resolved.get(topic)
    if (known !== undefined) return known
    const overrides = Object.fromEntries(this.#metadata.topicConfigs(topic))
    const settings = resolveTopicSettings(this.#brokerSettings(), overrides)
    this.#resolved.set(topic, settings)
    return settings
  }

  /** The overrides of these topics changed; of all of them when the broker's own settings did. */
  forget(topics: Iterable<string> | 'all'): void {
    if (topics === 'all') this.#resolved.clear()
    else for (const topic of topics) this.#resolved.delete(topic)
  }
}
