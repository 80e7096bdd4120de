// Settings of a coordinator under short names, on top of the broker's: every read sees what is configured now.

import type { BrokerSettings } from '@samsa/settings'
import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'

/** The settings that a table of short names gives. */
export type LiveSettings<Names extends Readonly<Record<string, keyof BrokerSettings>>> = {
  readonly [Name in keyof Names]: BrokerSettings[Names[Name]]
}

/** Reads through to `settings`; `names` says which short name stands for which of Kafka's. */
export function liveSettings<const Names extends Readonly<Record<string, keyof BrokerSettings>>>(
  settings: BrokerSettingsView,
  names: Names,
): LiveSettings<Names> {
  const live = {}
  for (const [name, key] of Object.entries(names)) {
    Object.defineProperty(live, name, { enumerable: true, get: () => settings.get(key) })
  }
  return live as LiveSettings<Names>
}
