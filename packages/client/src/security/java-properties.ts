// Connection settings as properties files of Kafka's own clients say them (`client.properties`, `--command-config`), in the
// options of this client. Settings that concern something else are left out.

import {
  adminSettings,
  type Problem,
  readSettings,
  SettingsError,
  type SettingsTable,
} from '@samsa/settings'
import type { TlsOptions } from '@samsa/world'
import { type ClusterOptions, clusterKeys } from '../cluster/cluster-settings.ts'
import type { SaslOptions } from './sasl-options.ts'

const securityKeys = [
  'bootstrap.servers',
  'security.protocol',
  'sasl.mechanism',
  'sasl.jaas.config',
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.truststore.certificates',
  'ssl.keystore.type',
  'ssl.keystore.location',
  'ssl.keystore.key',
  'ssl.keystore.certificate.chain',
  'ssl.key.password',
  'ssl.endpoint.identification.algorithm',
] as const

/** Options for `connect`; `brokers` is there when the properties name some. */
export interface PropertyOptions extends ClusterOptions {
  readonly brokers?: readonly string[]
}

/**
 * Reads properties, by Kafka's names. `readText` gives the content of a file that they name. Throws SettingsError with all
 * problems: values that make no sense, key stores that are not PEM, mechanisms that are not known.
 */
export async function readClientProperties(
  properties: Readonly<Record<string, string>>,
  readText: (path: string) => Promise<string>,
): Promise<PropertyOptions> {
  const keys: readonly (keyof typeof adminSettings)[] = [...clusterKeys, ...securityKeys]
  const rows = Object.fromEntries(keys.map((key) => [key, adminSettings[key]])) as SettingsTable
  const given = Object.entries(properties).filter(([key]) => rows[key] !== undefined)
  const texts = Object.fromEntries(given)
  const { problems } = readSettings(rows, texts, 'properties')
  const all = [...problems, ...storeProblems(texts), ...saslProblems(texts)]
  if (all.length > 0) throw new SettingsError(all)
  const own = given.filter(([key]) => (clusterKeys as readonly string[]).includes(key))
  const protocol = (texts['security.protocol'] ?? 'PLAINTEXT').toUpperCase()
  const brokers = texts['bootstrap.servers']
  return {
    ...Object.fromEntries(own.map(([key, text]) => [optionOf(key), valueOf(key, text)])),
    ...(brokers === undefined ? {} : { brokers: brokers.split(',').map((one) => one.trim()) }),
    ...(protocol.endsWith('SSL') ? { tls: await tlsOptions(texts, readText) } : {}),
    ...(protocol.startsWith('SASL') ? { sasl: saslOptions(texts) } : {}),
  }
}

function optionOf(key: string): string {
  return key.replace(/\.([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** All connection settings but names are numbers. */
function valueOf(key: string, text: string): string | number {
  return key === 'client.id' ? text : Number(text)
}

type Texts = Readonly<Record<string, string | undefined>>

function problem(key: string, value: string | null, expected: string, message: string): Problem {
  return { key, value, source: 'properties', expected, message }
}

function storeProblems(texts: Texts): Problem[] {
  return (['truststore', 'keystore'] as const).flatMap((store) => {
    const key = `ssl.${store}.type`
    const type = texts[key] ?? 'JKS'
    const isUsed = texts[`ssl.${store}.location`] !== undefined
    if (!isUsed || type.toUpperCase() === 'PEM') return []
    return [problem(key, type, 'PEM', `Only PEM files can be read, not ${type}.`)]
  })
}

async function tlsOptions(
  texts: Texts,
  readText: (path: string) => Promise<string>,
): Promise<TlsOptions> {
  const file = async (path: string | undefined): Promise<string | undefined> => {
    return path === undefined ? undefined : await readText(path)
  }
  const trusted =
    texts['ssl.truststore.certificates'] ?? (await file(texts['ssl.truststore.location']))
  // A PEM key store holds the key and the chain, one behind the other.
  const store = await file(texts['ssl.keystore.location'])
  const key = texts['ssl.keystore.key'] ?? store
  const certificate = texts['ssl.keystore.certificate.chain'] ?? store
  const passphrase = texts['ssl.key.password']
  const checksName = texts['ssl.endpoint.identification.algorithm'] !== ''
  return {
    ...(trusted === undefined ? {} : { authorities: [trusted] }),
    ...(key === undefined ? {} : { key }),
    ...(certificate === undefined ? {} : { certificate }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(checksName ? {} : { serverName: false as const }),
  }
}

const passwordMechanisms: readonly string[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']

function saslProblems(texts: Texts): Problem[] {
  const protocol = (texts['security.protocol'] ?? '').toUpperCase()
  if (!protocol.startsWith('SASL')) return []
  const mechanism = texts['sasl.mechanism'] ?? 'GSSAPI'
  if (!passwordMechanisms.includes(mechanism)) {
    const expected = passwordMechanisms.join(', ')
    const message = `Properties cannot say how to authenticate with ${mechanism}.`
    return [problem('sasl.mechanism', mechanism, expected, message)]
  }
  const login = loginOf(texts['sasl.jaas.config'] ?? '')
  if (login.has('username') && login.has('password')) return []
  const expected = 'MODULE required username="…" password="…";'
  const message = 'The login has no user name or no password.'
  return [problem('sasl.jaas.config', null, expected, message)]
}

/** The options of a JAAS line: `name="value"` or `name=value`. */
function loginOf(line: string): Map<string, string> {
  const pattern = /([\w.]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))/g
  const pairs = [...line.matchAll(pattern)].map(([, name = '', quoted, plain = '']) => {
    return [name, quoted?.replace(/\\(.)/g, '$1') ?? plain] as const
  })
  return new Map(pairs)
}

function saslOptions(texts: Texts): SaslOptions {
  const login = loginOf(texts['sasl.jaas.config'] ?? '')
  const mechanism = texts['sasl.mechanism'] as 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
  const [username = '', password = ''] = [login.get('username'), login.get('password')]
  return { mechanism, username, password }
}
