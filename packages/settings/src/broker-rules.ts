/**
 * What must hold between a broker's settings, beyond the range of each.
 *
 * Most rules are Kafka's own (KafkaConfig.validateValues, GroupCoordinatorConfig.validate); the
 * others refuse what would otherwise be ignored although it guards something.
 */
import type { BrokerSettings } from './broker/broker-settings.ts'
import type { Report } from './listeners.ts'

type Key = keyof BrokerSettings

/** Checks the rules; what is broken goes to `report`. `said` tells which keys were set. */
export function checkBrokerRules(
  settings: BrokerSettings,
  said: (key: Key) => boolean,
  report: Report,
): void {
  checkIdentity(settings, said, report)
  checkLogs(settings, report)
  checkCleaner(settings, report)
  checkConnections(settings, report)
  for (const { smaller, larger } of orders) {
    const low = settings[smaller]
    const high = settings[larger]
    if (low > high) {
      report(smaller, `${smaller} (${low}) must not exceed ${larger} (${high}).`, `at most ${high}`)
    }
  }
  checkGuards(settings, report)
}

/** Pairs of numbers of which the first must not exceed the second. */
const orders = [
  { smaller: 'replica.fetch.wait.max.ms', larger: 'replica.socket.timeout.ms' },
  { smaller: 'replica.fetch.wait.max.ms', larger: 'replica.lag.time.max.ms' },
  { smaller: 'log.cleaner.min.compaction.lag.ms', larger: 'log.cleaner.max.compaction.lag.ms' },
  { smaller: 'group.min.session.timeout.ms', larger: 'group.max.session.timeout.ms' },
  {
    smaller: 'group.consumer.min.heartbeat.interval.ms',
    larger: 'group.consumer.heartbeat.interval.ms',
  },
  {
    smaller: 'group.consumer.heartbeat.interval.ms',
    larger: 'group.consumer.max.heartbeat.interval.ms',
  },
  {
    smaller: 'group.consumer.min.assignment.interval.ms',
    larger: 'group.consumer.assignment.interval.ms',
  },
  {
    smaller: 'group.consumer.assignment.interval.ms',
    larger: 'group.consumer.max.assignment.interval.ms',
  },
  {
    smaller: 'group.consumer.min.session.timeout.ms',
    larger: 'group.consumer.session.timeout.ms',
  },
  {
    smaller: 'group.consumer.session.timeout.ms',
    larger: 'group.consumer.max.session.timeout.ms',
  },
  {
    smaller: 'add.partitions.to.txn.retry.backoff.ms',
    larger: 'add.partitions.to.txn.retry.backoff.max.ms',
  },
] as const satisfies readonly { readonly smaller: Key; readonly larger: Key }[]

function checkIdentity(
  settings: BrokerSettings,
  said: (key: Key) => boolean,
  report: Report,
): void {
  const brokerId = settings['broker.id']
  if (said('broker.id') && said('node.id') && brokerId !== settings['node.id']) {
    const message = 'You must set `node.id` to the same value as `broker.id`.'
    report('node.id', message, `${brokerId}`)
  }
  if (brokerId < -1) report('broker.id', 'A broker id is not negative.', 'a number of at least 0')
  const roles = settings['process.roles']
  if (roles.length > 0 && !roles.includes('broker')) {
    report('process.roles', 'There are no KRaft controllers here.', 'broker among the roles')
  }
}

function checkLogs(settings: BrokerSettings, report: Report): void {
  const key = settings['log.dirs'] === null ? 'log.dir' : 'log.dirs'
  const directories = settings[key] ?? []
  if (directories.length === 0) {
    const message = 'At least one log directory must be defined via log.dirs or log.dir.'
    report(key, message, 'a directory')
  }
  if (new Set(directories).size < directories.length) {
    report(key, 'A log directory is named twice.', 'each directory once')
  }
  for (const key of ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'] as const) {
    if (settings[key] === 0) {
      report(key, 'Records cannot be kept for no time.', 'at least 1, or -1 for ever')
    }
  }
  const rollMs = settings['log.roll.ms']
  if (rollMs !== null && rollMs < 1) {
    report('log.roll.ms', 'log.roll.ms must be equal or greater than 1', 'at least 1')
  }
  const jitterMs = settings['log.roll.jitter.ms']
  if (jitterMs !== null && jitterMs < 0) {
    report('log.roll.jitter.ms', 'log.roll.jitter.ms must be equal or greater than 0', 'at least 0')
  }
}

function checkCleaner(settings: BrokerSettings, report: Report): void {
  const key = 'log.cleaner.dedupe.buffer.size'
  if (settings[key] / Math.max(1, settings['log.cleaner.threads']) <= 1_048_576) {
    const message = `${key} must be at least 1MB per cleaner thread.`
    report(key, message, 'more than 1 MiB for each of log.cleaner.threads')
  }
}

function checkConnections(settings: BrokerSettings, report: Report): void {
  const queued = settings['queued.max.request.bytes']
  const largest = settings['socket.request.max.bytes']
  if (queued > 0 && queued < largest) {
    const message = 'queued.max.request.bytes must be larger or equal to socket.request.max.bytes'
    report('queued.max.request.bytes', message, `at least ${largest}, or -1 for no limit`)
  }
  const idleMs = settings['connections.max.idle.ms']
  const delayMs = settings['connection.failed.authentication.delay.ms']
  if (idleMs > 0 && delayMs >= idleMs) {
    const key = 'connection.failed.authentication.delay.ms'
    report(key, `${key} must be less than connections.max.idle.ms`, `less than ${idleMs}`)
  }
  const overrides = settings['max.connections.per.ip.overrides'].trim()
  if (settings['max.connections.per.ip'] === 0 && overrides === '') {
    const message = 'max.connections.per.ip can be set to zero only with overrides beside it.'
    report('max.connections.per.ip', message, 'at least 1')
  }
  for (const pair of overrides === '' ? [] : overrides.split(/\s*,\s*/)) {
    if (/^.+:\d+$/.test(pair)) continue
    report('max.connections.per.ip.overrides', `"${pair}" is no limit.`, 'host:count, host:count')
  }
  if (
    settings['group.consumer.heartbeat.interval.ms'] >=
    settings['group.consumer.session.timeout.ms']
  ) {
    const key = 'group.consumer.heartbeat.interval.ms'
    const message = `${key} must be less than group.consumer.session.timeout.ms`
    report(key, message, `less than ${settings['group.consumer.session.timeout.ms']}`)
  }
}

/** A guard that has no effect here must not seem to be up. */
function checkGuards(settings: BrokerSettings, report: Report): void {
  if (settings['zookeeper.ssl.client.enable']) {
    const message = 'The connection to ZooKeeper cannot use TLS.'
    report('zookeeper.ssl.client.enable', message, 'false')
  }
}

/** A listener with TLS needs a certificate in a form that can be read. `settings` are its own. */
export function checkTlsListener(name: string, settings: BrokerSettings, report: Report): void {
  if (settings['ssl.keystore.location'] === null && settings['ssl.keystore.key'] === null) {
    const message = `Listener ${name} uses TLS and has no certificate.`
    report('ssl.keystore.location', message, 'a PEM or PKCS12 file')
  }
  for (const which of ['keystore', 'truststore'] as const) {
    const type = settings[`ssl.${which}.type`].toUpperCase()
    if (settings[`ssl.${which}.location`] === null || type === 'PEM' || type === 'PKCS12') continue
    const message = `Listener ${name} has a ${which} of type ${type}, which cannot be read.`
    report(`ssl.${which}.type`, message, 'PEM or PKCS12')
  }
}
