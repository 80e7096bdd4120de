/** What a person who writes a server.properties relies on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SettingsError } from './problem.ts'
import { listenerSettings, resolveBrokerSettings } from './resolve-broker.ts'
import type { SettingsSources } from './statement.ts'

/** A file with these lines, as a source. */
function file(...lines: string[]): SettingsSources {
  return { file: { name: 'server.properties', content: lines.join('\n') } }
}

function failure(sources: SettingsSources): SettingsError {
  try {
    resolveBrokerSettings(sources)
  } catch (error) {
    assert(error instanceof SettingsError, String(error))
    return error
  }
  return assert.fail('these settings should not do')
}

function keysAtFault(sources: SettingsSources): string[] {
  return failure(sources).problems.map((problem) => problem.key)
}

test('with nothing said, everything is as in Kafka and there is nothing to warn of', () => {
  const { settings, listeners, explicit, warnings } = resolveBrokerSettings({})
  assert.equal(settings['log.segment.bytes'], 1_073_741_824)
  assert.equal(settings['log.retention.ms'], null)
  assert.equal(explicit.size, 0)
  assert.deepEqual(warnings, [])
  assert.equal(listeners.interBroker, 'PLAINTEXT')
  assert.deepEqual(listeners.all, [
    { name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: '', port: 9092, advertised: null },
  ])
})

test('--set wins over the environment, that over the file, that over presets', () => {
  const { settings, explicit } = resolveBrokerSettings({
    presets: { 'num.partitions': '2', 'log.dir': '/preset', 'min.insync.replicas': '2' },
    ...file('num.partitions=3', 'log.retention.ms=3', 'broker.rack=file'),
    environment: { SAMSA_LOG_RETENTION_MS: '4', SAMSA_BROKER_RACK: 'env', PATH: '/bin' },
    set: ['broker.rack=a=b'],
  })
  assert.equal(settings['min.insync.replicas'], 2)
  assert.equal(settings['num.partitions'], 3)
  assert.equal(settings['log.retention.ms'], 4)
  assert.equal(settings['broker.rack'], 'a=b')
  assert.equal(explicit.get('num.partitions')?.where, 'server.properties, line 1')
  assert.equal(explicit.get('log.retention.ms')?.where, 'environment SAMSA_LOG_RETENTION_MS')
  assert.equal(explicit.get('broker.rack')?.origin, 'set')
})

test('environment names stand for keys with any signs, also of a listener', () => {
  const broker = resolveBrokerSettings({
    environment: {
      SAMSA_ZOOKEEPER_CLIENTCNXNSOCKET: 'x',
      SAMSA_LISTENER_NAME_MY_NET_MAX_CONNECTIONS: '5',
    },
  })
  assert(broker.explicit.has('zookeeper.clientCnxnSocket'))
  assert.equal(listenerSettings(broker, 'MY_NET')['max.connections'], 5)
  assert.equal(broker.settings['max.connections'], 2_147_483_647)
})

test('all problems come at once, each with its key, value, place and what was expected', () => {
  const { message, problems } = failure({
    ...file('# ours', 'log.retention.ms=abc', 'num.partitions=0'),
    environment: { SAMSA_LOG_RETENTION_MSS: '1' },
    set: ['compression.type=zip', 'nonsense', 'ssl.key.password=x', 'num.partitons=3'],
  })
  assert.equal(
    message,
    [
      'Settings are wrong:',
      '  --set: --set takes key=value, not "nonsense".',
      '  server.properties, line 2: Invalid value abc for configuration log.retention.ms: ' +
        'Not a number of type LONG. Expected a whole number (64 bits).',
      '  server.properties, line 3: Invalid value 0 for configuration num.partitions: ' +
        'Value must be at least 1. Expected a whole number (32 bits) of at least 1.',
      '  environment SAMSA_LOG_RETENTION_MSS: Unknown setting log.retention.mss. ' +
        'Expected the name of a known setting. Did you mean log.retention.ms?',
      '  --set compression.type: Invalid value zip for configuration compression.type: ' +
        'String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer.',
      '  --set num.partitons: Unknown setting num.partitons. ' +
        'Expected the name of a known setting. Did you mean num.partitions?',
    ].join('\n'),
  )
  assert.deepEqual(problems[1], {
    key: 'log.retention.ms',
    value: 'abc',
    source: 'server.properties, line 2',
    expected: 'a whole number (64 bits)',
    message: 'Invalid value abc for configuration log.retention.ms: Not a number of type LONG',
  })
})

test('unknown keys of a file are warnings, for Kafka keeps them for plug-ins', () => {
  const { warnings } = resolveBrokerSettings(file('log.retension.ms=1', 'my.plugin.speed=1'))
  assert.deepEqual(
    warnings.map((warning) => warning.message),
    [
      'log.retension.ms is not known and has no effect. Did you mean log.retention.ms?',
      'my.plugin.speed is not known and has no effect.',
    ],
  )
})

test('what has no effect here is named with the reason, and so is a repeated key', () => {
  const { warnings } = resolveBrokerSettings(file('num.io.threads=8', 'a.b=1', 'num.io.threads=9'))
  const [repeated, idle] = warnings
  assert.equal(
    repeated?.message,
    'num.io.threads is said twice; server.properties, line 1 does not count.',
  )
  assert.match(
    idle?.message ?? '',
    /^num\.io\.threads has no effect\. A broker runs one event loop/,
  )
})

test("Kafka 4's own properties file starts a broker: its controller is left out", () => {
  const { listeners, settings } = resolveBrokerSettings(
    file(
      'process.roles=broker,controller',
      'node.id=1',
      'controller.quorum.bootstrap.servers=localhost:9093',
      'listeners=PLAINTEXT://:9092,CONTROLLER://:9093',
      'inter.broker.listener.name=PLAINTEXT',
      'advertised.listeners=PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093',
      'controller.listener.names=CONTROLLER',
      'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL',
      'log.dirs=/tmp/kraft-combined-logs',
    ),
  )
  assert.deepEqual(
    listeners.all.map(({ name, advertised }) => [name, advertised]),
    [['PLAINTEXT', { host: 'localhost', port: 9092 }]],
  )
  assert.equal(settings['broker.id'], 1)
})

test('broker.id and node.id are one setting', () => {
  assert.equal(resolveBrokerSettings(file('broker.id=4')).settings['node.id'], 4)
  const sources = { presets: { 'broker.id': '0' }, ...file('node.id=5') }
  assert.equal(resolveBrokerSettings(sources).settings['broker.id'], 5)
  assert.deepEqual(keysAtFault(file('broker.id=1', 'node.id=2')), ['node.id'])
})

const broken: readonly [why: string, lines: string[], keys: string[]][] = [
  ['no log directory', ['log.dirs='], ['log.dirs']],
  ['records kept for no time', ['log.retention.hours=0'], ['log.retention.hours']],
  ['a cleaner without memory', ['log.cleaner.threads=200'], ['log.cleaner.dedupe.buffer.size']],
  [
    'a follower that waits too long',
    ['replica.fetch.wait.max.ms=30001'],
    twice('replica.fetch.wait.max.ms'),
  ],
  ['less queue than one request', ['queued.max.request.bytes=5'], ['queued.max.request.bytes']],
  ['nobody let in', ['max.connections.per.ip=0'], ['max.connections.per.ip']],
  ['a controller alone', ['process.roles=controller'], ['process.roles']],
  ['a ZooKeeper in clear', ['zookeeper.ssl.client.enable=true'], ['zookeeper.ssl.client.enable']],
  [
    'intervals out of order',
    ['group.consumer.heartbeat.interval.ms=20000'],
    ['group.consumer.heartbeat.interval.ms'],
  ],
  ['a name without a protocol', ['listeners=INSIDE://:1'], ['listeners']],
  ['two listeners of a name', ['listeners=PLAINTEXT://:1,PLAINTEXT://:2'], ['listeners']],
  ['two listeners on a port', ['listeners=PLAINTEXT://a:1,SASL_PLAINTEXT://b:1'], ['listeners']],
  [
    "a controller's listener alone",
    ['listeners=C://:1', 'controller.listener.names=C'],
    ['listeners'],
  ],
  ['a port out of range', ['listeners=PLAINTEXT://:70000'], ['listeners']],
  ['a stranger advertised', ['advertised.listeners=SSL://a:1'], ['advertised.listeners']],
  ['no address at all', ['advertised.listeners=PLAINTEXT://0.0.0.0:1'], ['advertised.listeners']],
  ['a listener nobody has', ['inter.broker.listener.name=X'], ['inter.broker.listener.name']],
  ['TLS without a certificate', ['listeners=PLAINTEXT://:1,SSL://:2'], ['ssl.keystore.location']],
  [
    "Java's own keystore",
    ['listeners=PLAINTEXT://:1,SSL://:2', 'ssl.keystore.location=/k.jks'],
    ['ssl.keystore.type'],
  ],
]

for (const [why, lines, keys] of broken) {
  test(`refused: ${why}`, () => assert.deepEqual(keysAtFault(file(...lines)), keys))
}

test('one port serves IPv4 and IPv6', () => {
  const { listeners } = resolveBrokerSettings(
    file('listeners=PLAINTEXT://127.0.0.1:1,SASL_PLAINTEXT://[::1]:1'),
  )
  assert.deepEqual(
    listeners.all.map(({ host }) => host),
    ['127.0.0.1', '::1'],
  )
})

test("a listener's and a mechanism's settings stand over the broker's", () => {
  const broker = resolveBrokerSettings(
    file(
      'ssl.keystore.location=/all.pem',
      'listener.name.inside.ssl.keystore.location=/inside.pem',
      'listener.name.inside.sasl.jaas.config=any',
      'listener.name.inside.scram-sha-256.sasl.jaas.config=scram',
    ),
  )
  assert.equal(broker.settings['ssl.keystore.location'], '/all.pem')
  assert.equal(listenerSettings(broker, 'OUTSIDE')['ssl.keystore.location'], '/all.pem')
  assert.equal(listenerSettings(broker, 'INSIDE')['ssl.keystore.location'], '/inside.pem')
  assert.equal(listenerSettings(broker, 'INSIDE', 'PLAIN')['sasl.jaas.config'], 'any')
  assert.equal(listenerSettings(broker, 'INSIDE', 'SCRAM-SHA-256')['sasl.jaas.config'], 'scram')
})

function twice(key: string): string[] {
  return [key, key]
}
