/**
 * What producers, consumers and admin clients have in common.
 *
 * Invariant: names, types, defaults and ranges are those of Kafka's Java client.
 */
import { boolean, int, list, long, oneOf, string, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const clientSettings = {
  'bootstrap.servers': list([], {
    hasDefault: false,
    importance: 'high',
    doc: "Brokers to ask first for the cluster's metadata: `host:port`, separated by commas.",
  }),
  'client.id': string('', { doc: "Name of this client in the brokers' logs, metrics and quotas." }),
  'request.timeout.ms': int(30_000, {
    min: 0,
    doc: 'How long a request waits for its answer before it is repeated or fails.',
  }),
  'connections.max.idle.ms': long(540_000, {
    doc: 'A connection without traffic for this long is closed.',
  }),
  'metadata.max.age.ms': long(300_000, {
    min: 0,
    importance: 'low',
    doc: 'Age at which metadata is fetched again even if nothing has failed.',
  }),
  'metadata.recovery.strategy': oneOf('rebootstrap', ['rebootstrap', 'none'], {
    anyCase: true,
    importance: 'low',
    doc:
      'What a client does when no broker it knows can be reached: `rebootstrap` starts again ' +
      'from `bootstrap.servers`.',
  }),
  'metadata.recovery.rebootstrap.trigger.ms': long(300_000, {
    min: 0,
    importance: 'low',
    doc:
      'How long a client tries without metadata before it starts again from ' +
      '`bootstrap.servers`.',
  }),
  'reconnect.backoff.ms': long(50, {
    min: 0,
    importance: 'low',
    doc: 'First pause before a broker is connected again.',
  }),
  'reconnect.backoff.max.ms': long(1000, {
    min: 0,
    importance: 'low',
    doc: 'Longest pause before a broker is connected again; it doubles with every failure.',
  }),
  'retry.backoff.ms': long(100, {
    min: 0,
    importance: 'low',
    doc: 'First pause before a failed request is repeated.',
  }),
  'retry.backoff.max.ms': long(1000, {
    min: 0,
    importance: 'low',
    doc: 'Longest pause before a failed request is repeated; it doubles with every failure.',
  }),
  'socket.connection.setup.timeout.ms': long(10_000, {
    doc:
      'How long a connection may take to be established; repeated failures double it up to ' +
      'the maximum.',
  }),
  'socket.connection.setup.timeout.max.ms': long(30_000, {
    doc: 'The longest that a repeatedly failing connection may take to be established.',
  }),
  'client.dns.lookup': oneOf(
    'use_all_dns_ips',
    ['use_all_dns_ips', 'resolve_canonical_bootstrap_servers_only'],
    {
      doc:
        "Whether every address of a broker's name is tried, or names of `bootstrap.servers` " +
        'are made canonical first.',
    },
  ),
  'security.protocol': oneOf('PLAINTEXT', ['SASL_SSL', 'PLAINTEXT', 'SSL', 'SASL_PLAINTEXT'], {
    anyCase: true,
    doc:
      'How brokers are spoken to: in clear or over TLS (`SSL`), and with or without a login ' +
      '(`SASL_`).',
  }),
  'sasl.mechanism': string('GSSAPI', { doc: 'The SASL mechanism to log in with.' }),
  'send.buffer.bytes': int(131_072, {
    min: -1,
    accepted: because.tcpBuffers,
    doc: "Size of the operating system's send buffer for a connection; -1 leaves it alone.",
  }),
  'receive.buffer.bytes': int(32_768, {
    min: -1,
    accepted: because.tcpBuffers,
    doc: "Size of the operating system's receive buffer for a connection; -1 leaves it alone.",
  }),
  'metric.reporters': list(['org.apache.kafka.common.metrics.JmxReporter'], {
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'Java classes that export metrics.',
  }),
  'metrics.num.samples': int(2, {
    min: 1,
    importance: 'low',
    accepted: because.metricSamples,
    doc: 'Samples over which Kafka computes a rate.',
  }),
  'metrics.sample.window.ms': long(30_000, {
    min: 0,
    importance: 'low',
    accepted: because.metricSamples,
    doc: 'Length of each sample over which Kafka computes a rate.',
  }),
  'metrics.recording.level': oneOf('INFO', ['INFO', 'DEBUG', 'TRACE'], {
    importance: 'low',
    accepted: because.metricSamples,
    doc: "The finest level of metrics that Kafka's clients record.",
  }),
  'enable.metrics.push': boolean(true, {
    importance: 'low',
    accepted: because.telemetryPush,
    doc: 'Whether the client pushes its metrics to brokers that ask for them (KIP-714).',
  }),
  'config.providers': list([], {
    importance: 'low',
    accepted: because.configProviders,
    doc:
      'Names of plug-ins that replace `${provider:path:key}` in other settings by values ' +
      'kept elsewhere.',
  }),
  'security.providers': string(null, {
    importance: 'low',
    accepted: because.javaClasses,
    doc: 'Java classes that add security algorithms.',
  }),
  'sasl.oauthbearer.header.urlencode': boolean(false, {
    importance: 'low',
    accepted: because.oauthBearer,
    doc: 'Whether client id and secret are URL-encoded for the token server.',
  }),
} satisfies SettingsTable
