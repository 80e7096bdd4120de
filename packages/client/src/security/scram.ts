// SASL SCRAM (RFC 5802, 7677): both sides prove that they know the password, and neither tells it.
//
//   client  n,,n=USER,r=NONCE
//   broker  r=NONCE+THEIRS,s=SALT,i=ITERATIONS
//   client  c=biws,r=NONCE+THEIRS,p=PROOF
//   broker  v=SIGNATURE, or e=ERROR
//
// Invariant: the exchange ends well only when the broker's signature is that of somebody who knows the password.

import { createHash, createHmac, pbkdf2Sync, timingSafeEqual } from 'node:crypto'
import { KafkaError } from '@samsa/protocol'
import type { SaslExchange } from './sasl-exchange.ts'

const digests = {
  'SCRAM-SHA-256': { digest: 'sha256', length: 32 },
  'SCRAM-SHA-512': { digest: 'sha512', length: 64 },
} as const

/** A SCRAM mechanism. */
export type ScramMechanism = keyof typeof digests

/** Who authenticates. */
export interface ScramCredentials {
  readonly mechanism: ScramMechanism
  readonly username: string
  readonly password: string
  /** Printable ASCII without commas, fresh for each exchange. */
  readonly nonce: string
}

/** Fewer are refused, as Kafka's own clients refuse them. */
const fewestIterations = 4096
const gs2Header = 'n,,'

/** What a salted password is made of. */
export interface Salting {
  readonly salt: Buffer
  readonly iterations: number
}

/** The salted password that a broker stores keys of. */
export function saltedPassword(
  mechanism: ScramMechanism,
  password: string,
  { salt, iterations }: Salting,
): Buffer {
  const { digest, length } = digests[mechanism]
  return pbkdf2Sync(password, salt, iterations, length, digest)
}

/** One exchange. */
export class ScramExchange implements SaslExchange {
  readonly #credentials: ScramCredentials
  readonly #digest: string
  readonly #first: string
  /** What the broker has to prove itself with; undefined before the proof was sent. */
  #expected: Buffer | undefined

  constructor(credentials: ScramCredentials) {
    this.#credentials = credentials
    this.#digest = digests[credentials.mechanism].digest
    const name = credentials.username.replaceAll('=', '=3D').replaceAll(',', '=2C')
    this.#first = `n=${name},r=${credentials.nonce}`
  }

  start(): Buffer {
    return Buffer.from(`${gs2Header}${this.#first}`)
  }

  next(challenge: Buffer): Buffer | undefined {
    const text = challenge.toString()
    return this.#expected === undefined ? this.#prove(text) : this.#verify(text, this.#expected)
  }

  /** Answers the broker's first message. */
  #prove(text: string): Buffer {
    const { mechanism, password, nonce } = this.#credentials
    const attributes = read(text)
    const [both, salt, count] = [attributes.get('r'), attributes.get('s'), attributes.get('i')]
    if (both === undefined || salt === undefined || count === undefined) {
      throw failed(attributes.get('e') ?? 'the first message of the broker makes no sense')
    }
    if (!both.startsWith(nonce) || both.length === nonce.length) {
      throw failed("the broker's nonce does not continue the client's")
    }
    const iterations = Number(count)
    if (!Number.isSafeInteger(iterations) || iterations < fewestIterations) {
      throw failed(`the broker asks for ${count} iterations, fewer than ${fewestIterations}`)
    }
    const salting = { salt: Buffer.from(salt, 'base64'), iterations }
    const salted = saltedPassword(mechanism, password, salting)
    const channel = Buffer.from(gs2Header).toString('base64')
    const withoutProof = `c=${channel},r=${both}`
    const signed = `${this.#first},${text},${withoutProof}`
    const clientKey = this.#hmac(salted, 'Client Key')
    const storedKey = createHash(this.#digest).update(clientKey).digest()
    const signature = this.#hmac(storedKey, signed)
    const proof = clientKey.map((byte, i) => byte ^ (signature[i] ?? 0))
    this.#expected = this.#hmac(this.#hmac(salted, 'Server Key'), signed)
    return Buffer.from(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`)
  }

  #verify(text: string, expected: Buffer): undefined {
    const attributes = read(text)
    const error = attributes.get('e')
    if (error !== undefined) throw failed(error)
    const signature = Buffer.from(attributes.get('v') ?? '', 'base64')
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) return
    throw failed('the broker does not know the password either')
  }

  #hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.#digest, key).update(text).digest()
  }
}

/** `a=1,b=2`: values may hold further equals signs, never a comma. */
function read(text: string): Map<string, string> {
  return new Map(text.split(',').map((part) => [part.slice(0, 1), part.slice(2)]))
}

function failed(why: string): KafkaError {
  return new KafkaError('SASL_AUTHENTICATION_FAILED', `SCRAM failed: ${why}.`)
}
