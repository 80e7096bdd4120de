// Who the client says it is.

import { type Problem, SettingsError } from '@samsa/settings'
import type { Random } from '@samsa/world'
import { type BearerToken, oauthBearerExchange } from './oauth-bearer.ts'
import { plainExchange } from './plain.ts'
import type { SaslExchange } from './sasl-exchange.ts'
import { ScramExchange, type ScramMechanism } from './scram.ts'

/** A name and a password, or where to ask for the present ones. */
type PasswordOptions =
  | { readonly username: string; readonly password: string }
  | {
      readonly credentials: () => Promise<{ readonly username: string; readonly password: string }>
    }

/** How the client authenticates. What functions give is asked for anew at each authentication. */
export type SaslOptions =
  | ({ readonly mechanism: 'PLAIN' | ScramMechanism } & PasswordOptions)
  | {
      readonly mechanism: 'OAUTHBEARER'
      readonly token: string | (() => Promise<string | BearerToken>)
    }

const mechanisms: readonly string[] = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']
const nonceBytes = 24

/** Throws SettingsError with all problems of what a program without types may hand in. */
export function checkSaslOptions(options: SaslOptions): void {
  const given: Readonly<Record<string, unknown>> = { ...options }
  const problems: Problem[] = []
  const expect = (key: string, expected: string, holds: boolean): void => {
    if (holds) return
    const value = key === 'mechanism' ? String(given[key]) : null
    const message = `sasl.${key} is ${given[key] === undefined ? 'missing' : 'of no use'}.`
    problems.push({ key: `sasl.${key}`, value, source: 'connect', expected, message })
  }
  const { mechanism } = given
  expect('mechanism', mechanisms.join(', '), mechanisms.includes(String(mechanism)))
  if (mechanism === 'OAUTHBEARER') {
    const token = given['token']
    expect(
      'token',
      'a token or a function',
      typeof token === 'string' || typeof token === 'function',
    )
  } else if (typeof given['credentials'] !== 'function') {
    expect('username', 'a name', typeof given['username'] === 'string')
    expect('password', 'a password', typeof given['password'] === 'string')
  }
  if (problems.length > 0) throw new SettingsError(problems)
}

/** The exchange for one authentication. Rejects as the functions of the options do. */
export async function saslExchange(options: SaslOptions, random: Random): Promise<SaslExchange> {
  if (options.mechanism === 'OAUTHBEARER') {
    const token = typeof options.token === 'string' ? options.token : await options.token()
    return oauthBearerExchange(typeof token === 'string' ? { value: token } : token)
  }
  const { mechanism } = options
  const { username, password } = 'credentials' in options ? await options.credentials() : options
  if (mechanism === 'PLAIN') return plainExchange(username, password)
  const nonce = random.bytes(nonceBytes).toString('base64url')
  return new ScramExchange({ mechanism, username, password, nonce })
}
