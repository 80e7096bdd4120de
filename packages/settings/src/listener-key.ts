/**
 * Settings of one listener: `listener.name.internal.ssl.keystore.location`, and of one mechanism
 * there: `listener.name.internal.scram-sha-256.sasl.jaas.config`.
 *
 * Invariant: such a key means what the key after its prefix means, for that listener only.
 */
import { brokerSettings } from './broker/broker-settings.ts'
import { type Setting, rowOf } from './setting.ts'

/** What the keys of one listener begin with; the listener's name follows in lower case. */
export const listenerPrefix = 'listener.name.'

/** A key of one listener, taken apart. */
export interface ListenerKey {
  /** In lower case, as keys write it. */
  readonly listener: string
  /** The SASL mechanism in lower case, where the key names one. */
  readonly mechanism?: string
  /** The setting it is about, for example `ssl.keystore.location`. */
  readonly base: string
}

/** What may be said for one mechanism of a listener. */
const mechanismKeys = [
  'sasl.jaas.config',
  'sasl.login.callback.handler.class',
  'sasl.login.class',
  'sasl.server.callback.handler.class',
  'connections.max.reauth.ms',
]

/** Takes a listener's key apart, or undefined if it is none. The base need not be known. */
export function listenerKey(key: string): ListenerKey | undefined {
  if (!key.startsWith(listenerPrefix)) return undefined
  const rest = key.slice(listenerPrefix.length)
  const at = rest.indexOf('.')
  if (at < 0) return undefined
  const listener = rest.slice(0, at)
  const name = rest.slice(at + 1)
  const base = mechanismKeys.find((candidate) => name.endsWith(`.${candidate}`))
  if (base === undefined) return { listener, base: name }
  return { listener, mechanism: name.slice(0, -base.length - 1), base }
}

/** The row of a broker's key, with or without a listener's prefix. */
export function brokerRow(key: string): Setting | undefined {
  return rowOf(brokerSettings, key) ?? rowOf(brokerSettings, listenerKey(key)?.base ?? '')
}
