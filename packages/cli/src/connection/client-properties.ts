// How to connect, as people who come from other tools say it: the properties file of Kafka's own tools, and single
// properties behind `-X` as kcat and rpk take them.

import { readFile } from 'node:fs/promises'
import { type PropertyOptions, readClientProperties } from '@samsa/client'
import { adminSettings, parseProperties } from '@samsa/settings'
import { WorldError } from '@samsa/world'
import { UsageError } from '../command-line.ts'
import type { ConnectionFlags } from './with-client.ts'

/** Names of librdkafka, and what stands for them here. */
const synonyms: Readonly<Record<string, string>> = {
  'metadata.broker.list': 'bootstrap.servers',
  'sasl.mechanisms': 'sasl.mechanism',
  'ssl.ca.location': 'ssl.truststore.location',
  'ssl.ca.pem': 'ssl.truststore.certificates',
}

/** Options for `connect`. `defaultFile` is the properties file when the command line names none. */
export async function propertyOptions(
  flags: ConnectionFlags,
  defaultFile: string | undefined,
): Promise<PropertyOptions> {
  const file = flags.commandConfig ?? defaultFile
  const given: Record<string, string> = {}
  if (file !== undefined) {
    for (const { key, value } of parseProperties(await textOf(file), file)) given[key] = value
  }
  for (const [key, value] of flags.X) {
    const name = synonyms[key] ?? key
    if (adminSettings[name as keyof typeof adminSettings] === undefined && !isLogin(name)) {
      throw new UsageError(`-X ${key} is no property of a client; security.protocol would be one`)
    }
    given[name] = value
  }
  return readClientProperties(withLogin(given), textOf)
}

function isLogin(name: string): boolean {
  return name === 'sasl.username' || name === 'sasl.password'
}

/** A user's name and password as the line of JAAS that Kafka's properties want; authorities of librdkafka are PEM. */
function withLogin(given: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { 'sasl.username': username, 'sasl.password': password, ...others } = given
  const quoted = (text: string): string => `"${text.replaceAll(/(["\\])/g, '\\$1')}"`
  const login = `login required username=${quoted(username ?? '')} password=${quoted(password ?? '')};`
  const location = others['ssl.truststore.location']
  const isPem = location !== undefined && /\.(pem|crt|cer)$/.test(location)
  return {
    ...(isPem ? { 'ssl.truststore.type': 'PEM' } : {}),
    ...(username === undefined && password === undefined ? {} : { 'sasl.jaas.config': login }),
    ...others,
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const code =
      typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : ''
    throw new WorldError('not-found', path, `cannot read ${path}: ${code}`, { cause })
  }
}
