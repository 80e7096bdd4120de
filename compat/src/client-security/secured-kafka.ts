// An Apache Kafka broker with listeners of every security protocol, users in its own settings, and sessions that end
// after a few seconds.

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, KafkaBroker } from '../kafka/broker.ts'

const certificates = join(import.meta.dirname, '../../../packages/world/src/node/testdata')

/** A PEM file of the test certificates: `authority.pem`, `client.key` … */
export function pem(name: string): string {
  return readFileSync(join(certificates, name), 'utf8')
}

/** How long an authenticated connection lasts before it has to be authenticated again. */
export const sessionMs = 3000

const modules = 'org.apache.kafka.common.security'
const mechanisms = ['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512', 'OAUTHBEARER']

function saslSettings(listener: string): Record<string, string> {
  const of = (mechanism: string): string =>
    `listener.name.${listener}.${mechanism}.sasl.jaas.config`
  const scram = `${modules}.scram.ScramLoginModule required;`
  return {
    [`listener.name.${listener}.sasl.enabled.mechanisms`]: mechanisms.join(','),
    [of('plain')]: `${modules}.plain.PlainLoginModule required user_alice="alice-secret";`,
    [of('scram-sha-256')]: scram,
    [of('scram-sha-512')]: scram,
    [of('oauthbearer')]:
      `${modules}.oauthbearer.OAuthBearerLoginModule required ` +
      'unsecuredLoginStringClaim_sub="broker";',
  }
}

/** Where it listens. */
export interface SecuredKafka extends AsyncDisposable {
  readonly plaintext: string
  readonly sasl: string
  readonly saslTls: string
  readonly tls: string
}

/** Starts it in a directory. */
export async function startSecuredKafka(directory: string): Promise<SecuredKafka> {
  const [sasl, saslTls, tls] = [await freePort(), await freePort(), await freePort()]
  const keystore = join(directory, 'server-store.pem')
  const truststore = join(directory, 'trusted.pem')
  writeFileSync(keystore, `${pem('server.key')}${pem('server.pem')}`)
  writeFileSync(truststore, pem('authority.pem'))
  const broker = await KafkaBroker.start({
    release: '4.3.1',
    directory: join(directory, 'broker'),
    listeners: [
      { name: 'SASL', protocol: 'SASL_PLAINTEXT', port: sasl },
      { name: 'SASLTLS', protocol: 'SASL_SSL', port: saslTls },
      { name: 'TLS', protocol: 'SSL', port: tls },
    ],
    settings: {
      ...saslSettings('sasl'),
      ...saslSettings('sasltls'),
      'connections.max.reauth.ms': `${sessionMs}`,
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': keystore,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': truststore,
      'listener.name.tls.ssl.client.auth': 'required',
      'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
      'super.users': 'User:ANONYMOUS',
    },
  })
  const at = (port: number): string => `127.0.0.1:${port}`
  return {
    plaintext: at(broker.port),
    sasl: at(sasl),
    saslTls: at(saslTls),
    tls: at(tls),
    [Symbol.asyncDispose]: () => broker.stop('SIGKILL'),
  }
}
