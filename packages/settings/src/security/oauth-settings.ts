/**
 * OAUTHBEARER, the same for brokers and clients.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
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

export const oauthSettings = {
  'sasl.oauthbearer.token.endpoint.url': string(null, {
    accepted: because.oauthBearer,
    doc: 'Where tokens are fetched.',
  }),
  'sasl.oauthbearer.scope': string(null, {
    accepted: because.oauthBearer,
    doc: 'The scope asked for.',
  }),
  'sasl.oauthbearer.client.credentials.client.id': string(null, {
    accepted: because.oauthBearer,
    doc: 'Client id for fetching tokens.',
  }),
  'sasl.oauthbearer.client.credentials.client.secret': password({
    accepted: because.oauthBearer,
    doc: 'Client secret for fetching tokens.',
  }),
  'sasl.oauthbearer.jwt.retriever.class': javaClass(
    'org.apache.kafka.common.security.oauthbearer.DefaultJwtRetriever',
    { accepted: because.oauthBearer, doc: 'Java class that fetches tokens.' },
  ),
  'sasl.oauthbearer.jwt.validator.class': javaClass(
    'org.apache.kafka.common.security.oauthbearer.DefaultJwtValidator',
    { accepted: because.oauthBearer, doc: 'Java class that checks tokens.' },
  ),
  'sasl.oauthbearer.assertion.algorithm': oneOf('RS256', ['ES256', 'RS256'], {
    anyCase: true,
    accepted: because.oauthBearer,
    doc: 'Algorithm that signs the assertion shown to the token server.',
  }),
  'sasl.oauthbearer.assertion.claim.aud': string(null, {
    accepted: because.oauthBearer,
    doc: 'Audience in that assertion.',
  }),
  'sasl.oauthbearer.assertion.claim.exp.seconds': int(300, {
    min: 0,
    max: 86_400,
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'How long that assertion is valid.',
  }),
  'sasl.oauthbearer.assertion.claim.iss': string(null, {
    accepted: because.oauthBearer,
    doc: 'Issuer in that assertion.',
  }),
  'sasl.oauthbearer.assertion.claim.jti.include': boolean(false, {
    accepted: because.oauthBearer,
    doc: 'Whether that assertion carries a unique id.',
  }),
  'sasl.oauthbearer.assertion.claim.nbf.seconds': int(60, {
    min: 0,
    max: 3600,
    importance: 'low',
    accepted: because.oauthBearer,
    doc: "How far back that assertion's validity starts.",
  }),
  'sasl.oauthbearer.assertion.claim.sub': string(null, {
    accepted: because.oauthBearer,
    doc: 'Subject in that assertion.',
  }),
  'sasl.oauthbearer.assertion.file': string(null, {
    accepted: because.oauthBearer,
    doc: 'File with a ready assertion.',
  }),
  'sasl.oauthbearer.assertion.private.key.file': string(null, {
    accepted: because.oauthBearer,
    doc: 'File with the key that signs the assertion.',
  }),
  'sasl.oauthbearer.assertion.private.key.passphrase': password({
    accepted: because.oauthBearer,
    doc: 'Passphrase of that key.',
  }),
  'sasl.oauthbearer.assertion.template.file': string(null, {
    accepted: because.oauthBearer,
    doc: 'File with further claims of the assertion.',
  }),
  'sasl.oauthbearer.scope.claim.name': string('scope', {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'Name of the claim that holds the scope.',
  }),
  'sasl.oauthbearer.sub.claim.name': string('sub', {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'Name of the claim that holds the user.',
  }),
  'sasl.oauthbearer.jwks.endpoint.url': string(null, {
    accepted: because.oauthBearer,
    doc: 'Where the keys that check tokens are fetched.',
  }),
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': long(3_600_000, {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'How often those keys are fetched again.',
  }),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': long(100, {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'First pause before those keys are fetched again after a failure.',
  }),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': long(10_000, {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'Longest pause before those keys are fetched again after a failure.',
  }),
  'sasl.oauthbearer.clock.skew.seconds': int(30, {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'How far the clocks of broker and token server may differ.',
  }),
  'sasl.oauthbearer.expected.audience': list([], {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'The audience a token must name.',
  }),
  'sasl.oauthbearer.expected.issuer': string(null, {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'The issuer a token must name.',
  }),
} satisfies SettingsTable
