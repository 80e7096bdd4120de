/**
 * Certificates and protocols of TLS connections, the same for brokers and clients.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { javaClass, list, password, string, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const tlsSettings = {
  'ssl.keystore.type': string('JKS', {
    dynamic: 'per-broker',
    doc:
      "Format of the keystore: `PEM` or `PKCS12`. Kafka's default, `JKS`, is Java's own and " +
      'cannot be read here.',
  }),
  'ssl.keystore.location': string(null, {
    dynamic: 'per-broker',
    doc: "File with this side's certificate and private key.",
  }),
  'ssl.keystore.password': password({
    dynamic: 'per-broker',
    doc: 'Password of the keystore file.',
  }),
  'ssl.key.password': password({
    dynamic: 'per-broker',
    doc: 'Password of the private key in the keystore.',
  }),
  'ssl.keystore.key': password({
    dynamic: 'per-broker',
    doc: 'The private key itself, as PEM text, instead of a file.',
  }),
  'ssl.keystore.certificate.chain': password({
    dynamic: 'per-broker',
    doc: 'The certificate chain itself, as PEM text, instead of a file.',
  }),
  'ssl.truststore.type': string('JKS', {
    dynamic: 'per-broker',
    doc:
      "Format of the truststore: `PEM` or `PKCS12`. Kafka's default, `JKS`, is Java's own " +
      'and cannot be read here.',
  }),
  'ssl.truststore.location': string(null, {
    dynamic: 'per-broker',
    doc: "File with the certificates that the other side's is checked against.",
  }),
  'ssl.truststore.password': password({
    dynamic: 'per-broker',
    doc: 'Password of the truststore file.',
  }),
  'ssl.truststore.certificates': password({
    dynamic: 'per-broker',
    doc: 'The trusted certificates themselves, as PEM text, instead of a file.',
  }),
  'ssl.enabled.protocols': list(['TLSv1.2', 'TLSv1.3'], {
    dynamic: 'per-broker',
    doc: 'TLS versions that may be negotiated.',
  }),
  'ssl.cipher.suites': list([], {
    dynamic: 'per-broker',
    doc: 'Cipher suites that may be negotiated; unset allows the usual ones.',
  }),
  'ssl.endpoint.identification.algorithm': string('https', {
    importance: 'low',
    dynamic: 'per-broker',
    doc:
      "How the server's host name is checked against its certificate: `https` checks it, " +
      'empty does not.',
  }),
  'ssl.protocol': string('TLSv1.3', {
    dynamic: 'per-broker',
    accepted: because.javaTls,
    doc: 'The TLS version Java starts from; the versions allowed are in `ssl.enabled.protocols`.',
  }),
  'ssl.provider': string(null, {
    dynamic: 'per-broker',
    accepted: because.javaTls,
    doc: "Java's provider of TLS.",
  }),
  'ssl.keymanager.algorithm': string('SunX509', {
    dynamic: 'per-broker',
    accepted: because.javaTls,
    doc: "Java's algorithm for keystores.",
  }),
  'ssl.trustmanager.algorithm': string('PKIX', {
    dynamic: 'per-broker',
    accepted: because.javaTls,
    doc: "Java's algorithm for truststores.",
  }),
  'ssl.secure.random.implementation': string(null, {
    importance: 'low',
    dynamic: 'per-broker',
    accepted: because.javaTls,
    doc: "Java's source of random numbers for TLS.",
  }),
  'ssl.engine.factory.class': javaClass(null, {
    importance: 'low',
    dynamic: 'per-broker',
    accepted: because.javaClasses,
    doc: 'Java class that makes TLS engines.',
  }),
} satisfies SettingsTable
