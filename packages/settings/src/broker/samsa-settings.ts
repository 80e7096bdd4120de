/**
 * Settings that only Samsa has.
 *
 * Invariant: no name here is one of Kafka's, so a file of either can be read by the other.
 */
import { int, long, oneOf, string, type SettingsTable } from '../setting.ts'

export const samsaSettings = {
  'zookeeper.tick.time.ms': int(null, {
    min: 1,
    importance: 'medium',
    doc:
      'The `tickTime` of the ZooKeeper ensemble, if it is known. A broker that does not hear from the ensemble stops ' +
      'answering a tick before its session can end; unset, the largest tick that the session timeout allows is assumed, ' +
      'which is half of it.',
  }),
  'metrics.listener': string(null, {
    form: {
      pattern: /^(\[[0-9a-fA-F:]+\]|[^\s:[\]]*):\d{1,5}$/,
      expected: 'an address as host:port',
    },
    doc: 'An address of its own, `host:port`, where metrics are served over HTTP.',
  }),
  'log.level': oneOf('info', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    anyCase: true,
    importance: 'low',
    doc: 'The least important lines that the broker logs.',
  }),
  'tail.cache.bytes': long(67_108_864, {
    min: 0,
    doc:
      'Memory for the newest record batches, from which consumers that keep up are served ' +
      'without reading the disk.',
  }),
} satisfies SettingsTable
