// SCRAM as RFC 7677 shows it and as Kafka's own classes speak it; a broker that does not know the password is found out.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { saltedPassword, ScramExchange, type ScramMechanism } from './scram.ts'

interface Vector {
  readonly mechanism: ScramMechanism
  readonly user: string
  readonly password: string
  readonly salt: string
  readonly iterations: number
  readonly saltedPassword: string
  readonly clientFirst: string
  readonly serverFirst: string
  readonly clientFinal: string
  readonly serverSignature: string
}

const file = new URL('testdata/scram.json', import.meta.url)
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vector[]

const rfc = {
  mechanism: 'SCRAM-SHA-256',
  username: 'user',
  password: 'pencil',
  nonce: 'rOprNGfwEbeRWgbNEkqO',
} as const
const rfcFirst =
  'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'

test('the exchange of RFC 7677', () => {
  const exchange = new ScramExchange(rfc)
  assert.equal(exchange.start().toString(), 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO')
  assert.equal(
    exchange.next(Buffer.from(rfcFirst))?.toString(),
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,' +
      'p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
  )
  const last = Buffer.from('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
  assert.equal(exchange.next(last), undefined)
})

for (const [index, vector] of vectors.entries()) {
  test(`${vector.mechanism} as Kafka speaks it, ${index}`, () => {
    const { mechanism, user, password, iterations } = vector
    const salt = Buffer.from(vector.salt, 'hex')
    const salted = saltedPassword(mechanism, password, { salt, iterations })
    assert.equal(salted.toString('hex'), vector.saltedPassword)
    const nonce = vector.clientFirst.slice(vector.clientFirst.lastIndexOf(',r=') + 3)
    const exchange = new ScramExchange({ mechanism, username: user, password, nonce })
    assert.equal(exchange.start().toString(), vector.clientFirst)
    const final = exchange.next(Buffer.from(vector.serverFirst))
    assert.equal(final?.toString(), vector.clientFinal)
    const signature = Buffer.from(vector.serverSignature, 'hex').toString('base64')
    assert.equal(exchange.next(Buffer.from(`v=${signature}`)), undefined)
  })
}

test('a broker that does not know the password, or makes it cheap, is refused', () => {
  const refusals: readonly (readonly [messages: readonly string[], why: RegExp])[] = [
    [[rfcFirst, 'v=AAAA'], /does not know the password/],
    [[rfcFirst, 'e=other-error'], /other-error/],
    [['r=another,s=W22Z,i=4096'], /nonce/],
    [['r=rOprNGfwEbeRWgbNEkqO,s=W22Z,i=4096'], /nonce/],
    [[rfcFirst.replace('4096', '1')], /iterations/],
    [['nonsense'], /makes no sense/],
    [['e=unknown-user'], /unknown-user/],
  ]
  for (const [messages, message] of refusals) {
    const exchange = new ScramExchange(rfc)
    assert.throws(
      () => {
        for (const text of messages) exchange.next(Buffer.from(text))
      },
      { name: 'SASL_AUTHENTICATION_FAILED', message },
    )
  }
})
