// Our client at the doors of Apache Kafka: TLS, every SASL mechanism, wrong passwords, sessions that end while records
// flow, and access control lists that count.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Admin, connect, type ConnectOptions, string, topic } from '@samsa/client'
import type { Network } from '@samsa/world'
import { nodeWorld } from '@samsa/world/node'
import { errorOf, soon } from '../client/story.ts'
import { kafkaNeeds } from '../kafka/artifacts.ts'
import { Checks, type Suite } from '../runner/suite.ts'
import { pem, type SecuredKafka, sessionMs, startSecuredKafka } from './secured-kafka.ts'

const log = topic('doors', { value: string })
const authorities = [pem('authority.pem')]
const tlsClient = { authorities, key: pem('client.key'), certificate: pem('client.pem') }

const scrams = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const

/** Unsecured tokens (RFC 7515, appendix A.5), which Kafka takes in development. */
function token(subject: string): string {
  const encode = (value: unknown): string =>
    Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(performance.timeOrigin / 1000 + performance.now() / 1000)
  const claims = { sub: subject, iat: now, exp: now + 3600 }
  return `${encode({ alg: 'none' })}.${encode(claims)}.`
}

/** Users of all mechanisms may do what alice may: her records and nothing else. */
async function invite(admin: Admin): Promise<void> {
  await admin.topics.create([{ name: log.name, partitions: 1, replicationFactor: 1 }])
  await admin.users.alterScram(
    scrams.map((mechanism) => ({ user: 'alice', mechanism, password: 'alice-secret' })),
  )
  const certificate = 'User:CN=client,O=Samsa tests,C=CZ'
  const rules = ['User:alice', certificate].flatMap((principal) => {
    return (['READ', 'WRITE', 'DESCRIBE'] as const).map((operation) => {
      const resource = { resourceType: 'TOPIC', resourceName: log.name } as const
      return { ...resource, principal, operation, permission: 'ALLOW' } as const
    })
  })
  await admin.acls.create(rules)
  const list = (): Promise<readonly unknown[]> => admin.acls.describe()
  await soon(list, (found) => found.length === rules.length)
  const scramKnown = async (): Promise<number> => {
    const found = (await admin.users.describeScram()).get('alice')
    return found === undefined || found instanceof Error ? 0 : found.credentials.length
  }
  await soon(scramKnown, (count) => count === scrams.length)
}

/** Every way in, with what it takes. */
function doors(kafka: SecuredKafka): Record<string, ConnectOptions> {
  const alice = { username: 'alice', password: 'alice-secret' }
  const tls = { authorities }
  return {
    PLAIN: { brokers: kafka.sasl, sasl: { mechanism: 'PLAIN', ...alice } },
    'SCRAM-SHA-256': { brokers: kafka.sasl, sasl: { mechanism: 'SCRAM-SHA-256', ...alice } },
    'SCRAM-SHA-512': {
      brokers: kafka.sasl,
      sasl: { mechanism: 'SCRAM-SHA-512', credentials: () => Promise.resolve(alice) },
    },
    OAUTHBEARER: {
      brokers: kafka.sasl,
      sasl: { mechanism: 'OAUTHBEARER', token: () => Promise.resolve(token('alice')) },
    },
    'PLAIN over TLS': { brokers: kafka.saslTls, tls, sasl: { mechanism: 'PLAIN', ...alice } },
    'SCRAM over TLS': {
      brokers: kafka.saslTls,
      tls: { ...tls, serverName: 'broker.test' },
      sasl: { mechanism: 'SCRAM-SHA-256', ...alice },
    },
    'a certificate': { brokers: kafka.tls, tls: tlsClient },
  }
}

/** Sends and reads one record. */
async function passes(options: ConnectOptions): Promise<string | undefined> {
  await using kafka = connect({ ...options, defaultApiTimeoutMs: 10_000 })
  const value = `${performance.now()}`
  const { offset } = await kafka.producer().send(log, { key: null, value, partition: 0 })
  await using consumer = kafka.consumer<typeof log>()
  consumer.assign([{ topic: log, partition: 0, from: offset }])
  for await (const record of consumer) return record.value === value ? undefined : record.value
  return 'nothing'
}

/** Ways that lead nowhere, and what they are told. */
function walls(kafka: SecuredKafka): Record<string, [ConnectOptions, RegExp]> {
  const wrong = { username: 'alice', password: 'wrong' }
  return {
    'a wrong password of PLAIN': [
      { brokers: kafka.sasl, sasl: { mechanism: 'PLAIN', ...wrong } },
      /SASL_AUTHENTICATION_FAILED.*refuses PLAIN/,
    ],
    'a wrong password of SCRAM': [
      { brokers: kafka.sasl, sasl: { mechanism: 'SCRAM-SHA-512', ...wrong } },
      /SASL_AUTHENTICATION_FAILED.*refuses SCRAM-SHA-512/,
    ],
    'an unknown user': [
      { brokers: kafka.sasl, sasl: { mechanism: 'PLAIN', username: 'eve', password: '' } },
      /SASL_AUTHENTICATION_FAILED/,
    ],
    'a token of nobody': [
      { brokers: kafka.sasl, sasl: { mechanism: 'OAUTHBEARER', token: 'nonsense' } },
      /SASL_AUTHENTICATION_FAILED/,
    ],
    'no certificate': [{ brokers: kafka.tls, tls: { authorities } }, /WorldError/],
    'an authority that is not trusted': [
      { brokers: kafka.tls, tls: true },
      /WorldError.*127.0.0.1/,
    ],
    'another name than the certificate has': [
      { brokers: kafka.saslTls, tls: { authorities, serverName: 'other.test' } },
      /WorldError/,
    ],
    'no TLS where there is some': [{ brokers: kafka.tls }, /WorldError.*may expect TLS/],
    'SASL where there is none': [
      { brokers: kafka.plaintext, sasl: { mechanism: 'PLAIN', ...wrong } },
      /ILLEGAL_SASL_STATE|UNSUPPORTED/,
    ],
  }
}

/** Sends for longer than a session lasts, on the same connections, and misses nothing. */
async function outlastsSessions(options: ConnectOptions): Promise<string> {
  const machine = nodeWorld({})
  let connections = 0
  const network: Network = {
    listen: (options, accept) => machine.network.listen(options, accept),
    connect: (to) => {
      connections += 1
      return machine.network.connect(to)
    },
  }
  await using kafka = connect({ ...options, world: { ...machine, network } })
  const producer = kafka.producer()
  const started = performance.now()
  let count = 0
  let last = -1
  let isOrdered = true
  while (performance.now() - started < 3 * sessionMs) {
    const records = Array.from({ length: 20 }, (_, i) => ({
      key: null,
      value: `${i}`,
      partition: 0,
    }))
    const written = await Promise.all(records.map((record) => producer.send(log, record)))
    for (const { offset } of written) {
      isOrdered &&= offset > last
      last = offset
    }
    count += written.length
    await delay(20)
  }
  // One to ask first, one to the address that the broker advertises.
  if (connections > 2) return `${connections} connections were made`
  return count > 100 && isOrdered ? '' : `${count} records, ${isOrdered ? 'in' : 'out of'} order`
}

/** TLS, SASL and access control. */
export const clientSecurity: Suite = {
  name: 'client-security',
  summary: 'our client through TLS and SASL of Apache Kafka, with sessions that end',
  needs: kafkaNeeds('4.3.1'),
  async run({ say }) {
    const checks = new Checks()
    const directory = mkdtempSync(join(tmpdir(), 'samsa-security-'))
    try {
      await using kafka = await startSecuredKafka(directory)
      await using root = connect({ brokers: kafka.plaintext })
      await invite(root.admin())
      for (const [name, options] of Object.entries(doors(kafka))) {
        const failed = await passes(options).catch((error: unknown) => String(error))
        checks.check(failed === undefined, `${name} lets records through: ${failed}`)
        say(name)
      }
      for (const [name, [options, expected]] of Object.entries(walls(kafka))) {
        await using client = connect({ ...options, defaultApiTimeoutMs: 2000 })
        const error = await errorOf(client.admin().topics.list())
        const told = `${error?.name}: ${error?.message}`.replaceAll('\n', ' ')
        checks.check(expected.test(told), `${name} is told: ${told}`)
        say(name)
      }
      const { PLAIN: plain = { brokers: kafka.sasl }, 'SCRAM over TLS': scram = plain } =
        doors(kafka)
      for (const options of [plain, scram]) {
        const failed = await outlastsSessions(options).catch((error: unknown) => String(error))
        checks.check(failed === '', `sessions end without being noticed: ${failed}`)
      }
      say('sessions')
      await using alice = connect(plain)
      const denied = await errorOf(alice.admin().topics.create([{ name: 'hers' }]))
      checks.check(denied?.name === 'TOPIC_AUTHORIZATION_FAILED', `she may not: ${denied?.message}`)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
    return checks.result()
  },
}
