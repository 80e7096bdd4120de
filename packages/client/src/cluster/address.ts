// Addresses of brokers as people write them: `host:port`, IPv6 hosts in brackets.

import { type Problem, SettingsError } from '@samsa/settings'

/** Where a broker listens. */
export interface BrokerAddress {
  readonly host: string
  readonly port: number
}

const form = /^(?:\[([0-9a-fA-F:.%\w]+)\]|([^:\s[\]]+)):(\d{1,5})$/

/** `host:port` of an address, the way back of `parseAddresses`. */
export function addressText({ host, port }: BrokerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * Reads bootstrap addresses; a text may hold several, separated by commas. Throws SettingsError with all problems when one
 * is no address, or when there is none.
 */
export function parseAddresses(texts: readonly string[]): BrokerAddress[] {
  const addresses: BrokerAddress[] = []
  const problems: Problem[] = []
  const parts = texts.flatMap((text) => text.split(',')).map((part) => part.trim())
  for (const part of parts.filter((part) => part !== '')) {
    const match = form.exec(part)
    const port = Number(match?.[3])
    if (match === null || port < 1 || port > 65_535) problems.push(problem(part))
    else addresses.push({ host: match[1] ?? match[2] ?? '', port })
  }
  if (addresses.length === 0 && problems.length === 0) problems.push(problem(null))
  if (problems.length > 0) throw new SettingsError(problems)
  return addresses
}

function problem(value: string | null): Problem {
  const message =
    value === null ? 'There is no broker to ask first.' : `${value} is no address of a broker.`
  return { key: 'brokers', value, source: 'connect', expected: 'host:port', message }
}
