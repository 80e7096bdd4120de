/**
 * Logging in with SASL, the same for brokers and clients.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import {
  double,
  int,
  javaClass,
  long,
  password,
  short,
  string,
  type SettingsTable,
} from '../setting.ts'
import { because } from '../because.ts'

export const saslSettings = {
  'sasl.jaas.config': password({
    dynamic: 'per-broker',
    doc:
      'The login module with its user names and passwords, in the form of JAAS. On a broker ' +
      'it is set for one listener and mechanism: ' +
      '`listener.name.NAME.MECHANISM.sasl.jaas.config`.',
  }),
  'sasl.client.callback.handler.class': javaClass(null, {
    accepted: because.javaClasses,
    doc: "Java class that answers a client's SASL questions.",
  }),
  'sasl.login.class': javaClass(null, {
    accepted: because.javaClasses,
    doc: 'Java class that logs in.',
  }),
  'sasl.login.callback.handler.class': javaClass(null, {
    accepted: because.javaClasses,
    doc: 'Java class that answers the questions of a login.',
  }),
  'sasl.login.refresh.window.factor': double(0.8, {
    dynamic: 'per-broker',
    accepted: because.oauthBearer,
    doc: "Share of a token's life after which it is renewed.",
  }),
  'sasl.login.refresh.window.jitter': double(0.05, {
    dynamic: 'per-broker',
    accepted: because.oauthBearer,
    doc: 'Random share added to that.',
  }),
  'sasl.login.refresh.min.period.seconds': short(60, {
    dynamic: 'per-broker',
    accepted: because.oauthBearer,
    doc: 'Shortest time between two renewals of a token.',
  }),
  'sasl.login.refresh.buffer.seconds': short(300, {
    dynamic: 'per-broker',
    accepted: because.oauthBearer,
    doc: 'Time before its end at which a token is renewed at the latest.',
  }),
  'sasl.login.connect.timeout.ms': int(null, {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'How long the connection to the token server may take.',
  }),
  'sasl.login.read.timeout.ms': int(null, {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: "How long the token server's answer may take.",
  }),
  'sasl.login.retry.backoff.ms': long(100, {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'First pause before the token server is asked again.',
  }),
  'sasl.login.retry.backoff.max.ms': long(10_000, {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'Longest pause before the token server is asked again.',
  }),
  'sasl.kerberos.service.name': string(null, {
    dynamic: 'per-broker',
    accepted: because.kerberos,
    doc: 'The Kerberos name of the brokers.',
  }),
  'sasl.kerberos.kinit.cmd': string('/usr/bin/kinit', {
    dynamic: 'per-broker',
    accepted: because.kerberos,
    doc: 'Where the kinit command is.',
  }),
  'sasl.kerberos.ticket.renew.window.factor': double(0.8, {
    dynamic: 'per-broker',
    accepted: because.kerberos,
    doc: "Share of a ticket's life after which it is renewed.",
  }),
  'sasl.kerberos.ticket.renew.jitter': double(0.05, {
    dynamic: 'per-broker',
    accepted: because.kerberos,
    doc: 'Random share added to that.',
  }),
  'sasl.kerberos.min.time.before.relogin': long(60_000, {
    dynamic: 'per-broker',
    accepted: because.kerberos,
    doc: 'Shortest time between two renewals of a ticket.',
  }),
} satisfies SettingsTable
