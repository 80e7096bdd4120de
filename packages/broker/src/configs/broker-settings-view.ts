// The settings of this broker as they are now: defaults, file, environment and dynamic configs in one live view.

/** Reads settings by Kafka's names; the value may differ at the next read. */
export interface BrokerSettingsView {
  get(name: string): unknown
  /** Is told the names whose value changed; returns a function that stops that. */
  onChange(listener: (changed: ReadonlySet<string>) => void): () => void
}
