/**
 * Where the broker listens and how much it takes from its connections.
 *
 * Invariant: names, types, defaults and ranges are Apache Kafka's.
 */
import { INT_MAX, int, list, long, string, type SettingsTable } from '../setting.ts'
import { because } from '../because.ts'

export const listenersSettings = {
  listeners: list(['PLAINTEXT://:9092'], {
    importance: 'high',
    dynamic: 'per-broker',
    doc:
      'Where the broker listens: `NAME://host:port`, separated by commas; no host means ' +
      'every address, port 0 a free one. A name that is not a security protocol needs an ' +
      'entry in `listener.security.protocol.map`.',
  }),
  'advertised.listeners': list(null, {
    importance: 'high',
    doc:
      'The addresses clients are told to connect to, named like the listeners. Unset, each ' +
      'client is told the address it came in on.',
  }),
  'listener.security.protocol.map': string(
    'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT',
    {
      importance: 'low',
      dynamic: 'per-broker',
      doc:
        'Which security protocol each listener name means: `NAME:PROTOCOL`, separated by ' +
        'commas.',
    },
  ),
  'socket.request.max.bytes': int(104_857_600, {
    min: 1,
    importance: 'high',
    doc: 'Largest request the broker reads; a longer frame closes its connection.',
  }),
  'socket.listen.backlog.size': int(50, {
    min: 1,
    doc:
      'How many connections may wait to be accepted before the operating system turns new ' +
      'ones away.',
  }),
  'max.connections.per.ip': int(INT_MAX, {
    min: 0,
    dynamic: 'cluster-wide',
    doc: 'Most connections from one address; 0 needs overrides that allow someone in.',
  }),
  'max.connections.per.ip.overrides': string('', {
    dynamic: 'cluster-wide',
    doc:
      'Limits for single addresses or host names, over `max.connections.per.ip`: ' +
      '`host:count`, separated by commas.',
  }),
  'max.connections': int(INT_MAX, {
    min: 0,
    dynamic: 'cluster-wide',
    doc:
      "Most connections of this broker; a listener's own limit is set with its " +
      '`listener.name.` prefix.',
  }),
  'max.connection.creation.rate': int(INT_MAX, {
    min: 0,
    dynamic: 'cluster-wide',
    doc:
      "Most new connections a second on this broker; a listener's own limit is set with its " +
      '`listener.name.` prefix.',
  }),
  'connections.max.idle.ms': long(600_000, {
    doc: 'A connection without traffic for this long is closed.',
  }),
  'connection.failed.authentication.delay.ms': int(100, {
    min: 0,
    importance: 'low',
    doc:
      'How long a failed login waits for its answer, so that guessing is slow; it must be ' +
      'below `connections.max.idle.ms`.',
  }),
  'queued.max.requests': int(500, {
    min: 1,
    importance: 'high',
    doc:
      'Most requests that may be in work or waiting before the broker stops reading its ' +
      'sockets.',
  }),
  'queued.max.request.bytes': long(-1, {
    doc:
      'Most bytes of requests that may be in memory before the broker stops reading its ' +
      'sockets; -1 is no limit.',
  }),
  'num.network.threads': int(3, {
    min: 1,
    importance: 'high',
    dynamic: 'cluster-wide',
    accepted: because.threadCounts,
    doc: "Threads that Kafka's brokers use to read requests and write responses.",
  }),
  'socket.send.buffer.bytes': int(102_400, {
    importance: 'high',
    accepted: because.tcpBuffers,
    doc: "Size of the operating system's send buffer for a connection; -1 leaves it alone.",
  }),
  'socket.receive.buffer.bytes': int(102_400, {
    importance: 'high',
    accepted: because.tcpBuffers,
    doc: "Size of the operating system's receive buffer for a connection; -1 leaves it alone.",
  }),
} satisfies SettingsTable
