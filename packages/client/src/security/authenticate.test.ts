// What is said to a broker before anything else, and what a client is told when the broker does not like it.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Api,
  errorCode,
  type RequestInput,
  type ResponseOf,
  SaslAuthenticate,
  SaslHandshake,
} from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { authenticate } from './authenticate.ts'
import { checkSaslOptions, type SaslOptions } from './sasl-options.ts'

const { random } = nodeWorld({})
const alice = { mechanism: 'PLAIN', username: 'alice', password: 'secret' } as const

/** A broker that keeps what it hears and answers as it is told. */
function brokerOf(answers: readonly { readonly code?: string; readonly bytes?: string }[]) {
  const heard: string[] = []
  const rest = [...answers]
  const send = <A extends Api>(
    api: A,
    version: number,
    request: RequestInput<A>,
  ): Promise<ResponseOf<A>> => {
    const bytes = api.request.encode(version, request as never)
    const decoded = api.request.decode(version, bytes) as { authBytes?: Buffer; mechanism?: string }
    heard.push(decoded.mechanism ?? decoded.authBytes?.toString() ?? '')
    const answer = rest.shift() ?? {}
    const code = errorCode((answer.code ?? 'NONE') as 'NONE')
    const content =
      api.key === SaslHandshake.key
        ? { errorCode: code, mechanisms: ['PLAIN', 'GSSAPI'] }
        : {
            errorCode: code,
            errorMessage: code === 0 ? null : 'Wrong password.',
            authBytes: Buffer.from(answer.bytes ?? ''),
            sessionLifetimeMs: 5000,
          }
    const encoded = api.response.encode(version, content as never)
    return Promise.resolve(api.response.decode(version, encoded) as ResponseOf<A>)
  }
  const served = new Map([[SaslAuthenticate.key, { minVersion: 0, maxVersion: 2 }]])
  return { heard, channel: { name: 'b:1', served, send } }
}

test('PLAIN says name and password once, and learns how long that holds', async () => {
  const { heard, channel } = brokerOf([])
  assert.equal(await authenticate(channel, alice, random), 5000)
  assert.deepEqual(heard, ['PLAIN', '\0alice\0secret'])
})

test('passwords and tokens can be asked for each time', async () => {
  const { heard, channel } = brokerOf([])
  let count = 0
  const options: SaslOptions = {
    mechanism: 'OAUTHBEARER',
    token: async () => ({ value: `token${++count}`, extensions: { tenant: 'x' } }),
  }
  await authenticate(channel, options, random)
  await authenticate(channel, options, random)
  assert.deepEqual(heard, [
    'OAUTHBEARER',
    'n,,\x01auth=Bearer token1\x01tenant=x\x01\x01',
    'OAUTHBEARER',
    'n,,\x01auth=Bearer token2\x01tenant=x\x01\x01',
  ])
})

test('refusals name the broker, the mechanism and the reason', async () => {
  const wrong = brokerOf([{}, { code: 'SASL_AUTHENTICATION_FAILED' }])
  await assert.rejects(authenticate(wrong.channel, alice, random), {
    name: 'SASL_AUTHENTICATION_FAILED',
    message: 'b:1 refuses PLAIN: Wrong password.',
  })
  const unknown = brokerOf([{ code: 'UNSUPPORTED_SASL_MECHANISM' }])
  await assert.rejects(authenticate(unknown.channel, alice, random), {
    name: 'UNSUPPORTED_SASL_MECHANISM',
    message: 'b:1 does not offer PLAIN, only PLAIN, GSSAPI.',
  })
  const token = { mechanism: 'OAUTHBEARER', token: 'x' } as const
  const refusing = brokerOf([
    {},
    { bytes: '{"status":"invalid_token"}' },
    { code: 'SASL_AUTHENTICATION_FAILED' },
  ])
  await assert.rejects(authenticate(refusing.channel, token, random), /OAUTHBEARER/)
  assert.equal(refusing.heard[2], '\x01')
})

test('options that cannot work are refused before anything is connected', () => {
  const wrong = { mechanism: 'SCRAM-SHA-1', username: 'alice' } as unknown as SaslOptions
  assert.throws(() => checkSaslOptions(wrong), /sasl.mechanism is of no use[\s\S]*sasl.password/)
  const noToken = { mechanism: 'OAUTHBEARER' } as unknown as SaslOptions
  assert.throws(() => checkSaslOptions(noToken), /sasl.token is missing/)
})
