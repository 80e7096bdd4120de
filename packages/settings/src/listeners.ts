/**
 * Where a broker listens, what it advertises, and over which listener brokers talk to each other.
 *
 * Invariants: every listener's name has a security protocol; an advertised listener is one the
 * broker has. Listeners of a KRaft controller (`controller.listener.names`) are left out: a stock
 * Kafka 4 file names them, and there is no such controller here.
 */
import type { BrokerSettings } from './broker/broker-settings.ts'

/** How a listener's connections are secured. */
export type SecurityProtocol = 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'

/** One address to listen on. */
export interface Listener {
  /** Upper case. */
  readonly name: string
  readonly securityProtocol: SecurityProtocol
  /** Empty means every address. */
  readonly host: string
  /** 0 means any free port. */
  readonly port: number
  /** What clients are told; null: the address they came in on. */
  readonly advertised: { readonly host: string; readonly port: number } | null
}

/** All listeners of a broker. */
export interface Listeners {
  readonly all: readonly Listener[]
  /** The name of the listener that brokers use among themselves. */
  readonly interBroker: string
}

/** Reports something wrong with the value of a key. */
export type Report = (key: keyof BrokerSettings, message: string, expected: string) => void

const protocols: readonly string[] = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL']
const addressForm = 'NAME://host:port'

/** Reads the listeners; what is wrong goes to `report`. `said` tells which keys were set. */
export function readListeners(
  settings: BrokerSettings,
  said: (key: keyof BrokerSettings) => boolean,
  report: Report,
): Listeners {
  const protocolOf = readProtocols(settings, report)
  const controllers = new Set(settings['controller.listener.names'].map(upper))
  const bound = readAddresses('listeners', settings.listeners, report)
  const told = readAddresses('advertised.listeners', settings['advertised.listeners'] ?? [], report)
  checkAdvertised(told, bound, report)
  const all: Listener[] = []
  for (const { name, host, port } of bound) {
    if (controllers.has(name)) continue
    const securityProtocol = protocolOf.get(name)
    if (securityProtocol === undefined) {
      const map = 'listener.security.protocol.map'
      report('listeners', `No security protocol defined for listener ${name}.`, `${name} in ${map}`)
      continue
    }
    const advertised = told.find((address) => address.name === name)
    all.push({
      name,
      securityProtocol,
      host,
      port,
      advertised: advertised ? { host: advertised.host, port: advertised.port } : null,
    })
  }
  const faultless = bound.length === settings.listeners.length
  if (faultless && bound.every(({ name }) => controllers.has(name))) {
    report('listeners', 'No listener is left for clients.', addressForm)
  }
  return { all, interBroker: interBrokerName(settings, said, all, report) }
}

interface Address {
  readonly name: string
  readonly host: string
  readonly port: number
}

function readAddresses(
  key: 'listeners' | 'advertised.listeners',
  texts: readonly string[],
  report: Report,
): Address[] {
  const addresses: Address[] = []
  for (const text of texts) {
    const [, name, bracketed, plain, port] =
      /^([^:/]+):\/\/(?:\[([^\]]*)\]|([^:/[\]]*)):(\d{1,5})$/.exec(text) ?? []
    if (name === undefined || Number(port) > 65_535) {
      report(key, `"${text}" is no listener.`, addressForm)
      continue
    }
    addresses.push({ name: upper(name), host: bracketed ?? plain ?? '', port: Number(port) })
  }
  const names = addresses.map(({ name }) => name)
  if (new Set(names).size < names.length) {
    report(
      key,
      `Each listener must have a different name, listeners: ${texts.join(',')}`,
      addressForm,
    )
  }
  if (key === 'listeners') checkPorts(addresses, texts, report)
  return addresses
}

/** One port serves two listeners only if one is on IPv4 and the other on IPv6. */
function checkPorts(addresses: readonly Address[], texts: readonly string[], report: Report): void {
  const taken = new Map<number, string[]>()
  for (const { host, port } of addresses) {
    if (port === 0) continue
    const family = host === '' ? 'any' : host.includes(':') ? '6' : '4'
    const families = taken.get(port) ?? []
    if (
      families.includes(family) ||
      families.includes('any') ||
      (family === 'any' && families.length > 0)
    ) {
      const message = `Each listener must have a different port, listeners: ${texts.join(',')}`
      report('listeners', message, 'a port for each listener')
      return
    }
    taken.set(port, [...families, family])
  }
}

function checkAdvertised(
  told: readonly Address[],
  bound: readonly Address[],
  report: Report,
): void {
  for (const { name, host } of told) {
    if (!bound.some((address) => address.name === name)) {
      const message = `${name} is advertised but not among the listeners.`
      report('advertised.listeners', message, 'names of listeners')
    }
    if (host === '0.0.0.0' || host === '::') {
      const message = `advertised.listeners cannot use the nonroutable meta-address ${host}.`
      report('advertised.listeners', message, 'an address that clients can connect to')
    }
  }
}

function readProtocols(settings: BrokerSettings, report: Report): Map<string, SecurityProtocol> {
  const key = 'listener.security.protocol.map'
  const map = new Map<string, SecurityProtocol>()
  for (const pair of settings[key].split(/\s*,\s*/)) {
    if (pair === '') continue
    const [name = '', protocol = '', ...more] = pair.split(':').map(upper)
    if (name === '' || !protocols.includes(protocol) || more.length > 0) {
      report(
        key,
        `"${pair}" maps no listener to a security protocol.`,
        `NAME:${protocols.join('|')}`,
      )
      continue
    }
    map.set(name, protocol as SecurityProtocol)
  }
  return map
}

function interBrokerName(
  settings: BrokerSettings,
  said: (key: keyof BrokerSettings) => boolean,
  all: readonly Listener[],
  report: Report,
): string {
  const nameKey = 'inter.broker.listener.name'
  const protocolKey = 'security.inter.broker.protocol'
  const name = settings[nameKey]
  const names = all.map((listener) => listener.name)
  if (name !== null) {
    if (said(protocolKey)) {
      report(nameKey, `Only one of ${nameKey} and ${protocolKey} should be set.`, 'one of the two')
    }
    if (!names.includes(upper(name))) {
      report(nameKey, `Listener ${upper(name)} does not exist.`, `one of: ${names.join(', ')}`)
    }
    return upper(name)
  }
  const wanted = settings[protocolKey]
  const match =
    all.find((listener) => listener.name === wanted) ??
    all.find((listener) => listener.securityProtocol === wanted)
  if (match !== undefined) return match.name
  if (said(protocolKey))
    report(protocolKey, `No listener is ${wanted}.`, 'the protocol of a listener')
  // A broker whose user said nothing uses the first listener it has, where Kafka would not start.
  return names[0] ?? ''
}

function upper(text: string): string {
  return text.trim().toUpperCase()
}
