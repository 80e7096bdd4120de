/**
 * Who may connect and what they may do. Rows shared with clients are in `../security/`.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's. `super.users` and
 * `allow.everyone.if.no.acl.found` belong to its authorizers rather than to its broker.
 */
import {
  boolean,
  int,
  javaClass,
  list,
  long,
  oneOf,
  password,
  string,
  type SettingsTable,
} from '../setting.ts'
import { because } from '../because.ts'

export const securitySettings = {
  'authorizer.class.name': string('', {
    importance: 'low',
    doc:
      "What decides who may do what. Any of Kafka's own authorizers' names turns Samsa's on, " +
      'which keeps ACLs as Kafka does; empty allows everything.',
  }),
  'super.users': string('', {
    importance: 'low',
    doc: 'Principals that may do everything, separated by semicolons: `User:alice;User:bob`.',
  }),
  'allow.everyone.if.no.acl.found': boolean(false, {
    importance: 'low',
    doc: 'Whether something that no ACL speaks of is open to everyone instead of super users only.',
  }),
  'connections.max.reauth.ms': long(0, {
    doc:
      'Longest time a SASL login is valid; the client must log in again before it ends. 0 is ' +
      'no limit.',
  }),
  'sasl.server.max.receive.size': int(524_288, {
    doc: 'Largest SASL message the broker reads before the login is complete.',
  }),
  'sasl.enabled.mechanisms': list(['GSSAPI'], {
    dynamic: 'per-broker',
    doc: 'The SASL mechanisms the broker offers.',
  }),
  'sasl.mechanism.inter.broker.protocol': string('GSSAPI', {
    dynamic: 'per-broker',
    doc: 'The SASL mechanism brokers use among themselves.',
  }),
  'ssl.client.auth': oneOf('none', ['required', 'requested', 'none'], {
    dynamic: 'per-broker',
    doc:
      'Whether clients must (`required`), may (`requested`) or need not (`none`) show a ' +
      'certificate.',
  }),
  'ssl.principal.mapping.rules': string('DEFAULT', {
    importance: 'low',
    doc:
      "Rules that turn a certificate's distinguished name into a principal name; the first " +
      'that matches wins, `DEFAULT` is the whole name.',
  }),
  'principal.builder.class': javaClass(
    'org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder',
    {
      dynamic: 'per-broker',
      accepted: because.javaClasses,
      doc: 'Java class that turns a login into a principal.',
    },
  ),
  'security.providers': string(null, {
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'Java classes that add security algorithms.',
  }),
  'sasl.server.callback.handler.class': javaClass(null, {
    accepted: because.javaClasses,
    doc: 'Java class that checks SASL logins.',
  }),
  'ssl.allow.dn.changes': boolean(false, {
    importance: 'low',
    accepted: because.keystoreChange,
    doc: 'Whether a new keystore may carry another distinguished name than the one it replaces.',
  }),
  'ssl.allow.san.changes': boolean(false, {
    importance: 'low',
    accepted: because.keystoreChange,
    doc: 'Whether a new keystore may lack alternative names of the one it replaces.',
  }),
  'sasl.kerberos.principal.to.local.rules': list(['DEFAULT'], {
    dynamic: 'per-broker',
    accepted: because.kerberos,
    doc: 'Rules that shorten Kerberos principals to user names.',
  }),
  'delegation.token.secret.key': password({
    accepted: because.delegationTokens,
    doc: 'Secret that signs delegation tokens; the same on every broker.',
  }),
  'delegation.token.max.lifetime.ms': long(604_800_000, {
    min: 1,
    accepted: because.delegationTokens,
    doc: 'How long a delegation token can be renewed.',
  }),
  'delegation.token.expiry.time.ms': long(86_400_000, {
    min: 1,
    accepted: because.delegationTokens,
    doc: 'How long a delegation token is valid unless renewed.',
  }),
  'delegation.token.expiry.check.interval.ms': long(3_600_000, {
    min: 1,
    importance: 'low',
    accepted: because.delegationTokens,
    doc: 'How often expired delegation tokens are removed.',
  }),
} satisfies SettingsTable
