// What may be said when a broker is started from a program, and the settings that follow from it. Options propose, as
// presets; whatever a user sets by Kafka's own keys wins.

import { parseConnectString } from '@samsa/coordination'
import type { ZooKeeperOptions } from '@samsa/coordination/zookeeper'
import {
  type Problem,
  type ResolvedBroker,
  resolveBrokerSettings,
  SettingsError,
  type SettingsSources,
} from '@samsa/settings'
import type { Logger, World } from '@samsa/world'
import { replicaSelectors } from '../replicas/read-replica.ts'

/** How a broker is started. Without any option: in memory, on a free port of 127.0.0.1. */
export interface BrokerOptions {
  /** Where data is kept. Without it, and without log.dir or log.dirs, everything stays in memory. */
  readonly directory?: string
  /** Keep everything in memory, whatever is said about directories. */
  readonly memory?: boolean
  /** Address to listen on; 127.0.0.1 when absent. */
  readonly host?: string
  /** Port to listen on; 0, which lets the system choose, when absent. */
  readonly port?: number
  /** Broker settings by Kafka's names, over those of `sources`. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>
  /** A server.properties file, environment variables and `key=value` arguments. */
  readonly sources?: Omit<SettingsSources, 'presets'>
  /** Silent when absent. */
  readonly logger?: Logger
  /** The outside world; this machine when absent. */
  readonly world?: World
}

/** What a standalone broker proposes where Kafka's defaults are made for a cluster of three. */
const alone: Readonly<Record<string, string>> = {
  // Kafka's own server.properties for development says the same.
  'group.initial.rebalance.delay.ms': '0',
}

/** Everything that is known before anything is opened. */
export interface StartPlan {
  readonly broker: ResolvedBroker
  readonly brokerId: number
  readonly isInMemory: boolean
  readonly logDirectories: readonly string[]
  readonly coordination: CoordinationPlan
}

/** Who keeps the metadata. */
export type CoordinationPlan =
  /** This process, in a directory. */
  | { readonly kind: 'embedded'; readonly directory: string }
  | { readonly kind: 'zookeeper'; readonly options: ZooKeeperOptions }

/** Reads the settings of broker number `id`. Throws SettingsError with all problems. */
export function planStart(options: BrokerOptions, id: number): StartPlan {
  const { directory, host = '127.0.0.1', port = 0 } = options
  const address = host.includes(':') ? `[${host}]` : host
  const presets = {
    listeners: `PLAINTEXT://${address}:${port}`,
    'log.dir': `${directory ?? '/samsa'}/broker-${id}`,
  }
  const set = [
    ...(options.sources?.set ?? []),
    ...Object.entries(options.settings ?? {}).map(([key, value]) => `${key}=${value}`),
  ]
  const standalone = resolveBrokerSettings({
    ...options.sources,
    presets: { ...alone, ...presets },
    set,
  })
  const broker =
    standalone.settings['zookeeper.connect'] === null
      ? standalone
      : resolveBrokerSettings({ ...options.sources, presets, set })
  const { settings, explicit } = broker
  const ensemble = settings['zookeeper.connect']
  const coordination = ensemble === null ? undefined : zookeeperPlan(broker, ensemble)
  const problems = [...unsupported(broker), ...(coordination?.problems ?? [])]
  if (problems.length > 0) throw new SettingsError(problems)
  const saysDirectories = said(explicit.get('log.dirs')) || said(explicit.get('log.dir'))
  const isInMemory = options.memory ?? (directory === undefined && !saysDirectories)
  const logDirectories = settings['log.dirs'] ?? settings['log.dir']
  return {
    broker,
    brokerId: settings['broker.id'] === -1 ? id : settings['broker.id'],
    isInMemory,
    logDirectories,
    coordination: coordination?.plan ?? {
      kind: 'embedded',
      directory:
        directory !== undefined || isInMemory
          ? `${directory ?? '/samsa'}/coordination`
          : `${logDirectories[0]}/.samsa`,
    },
  }
}

function said(statement: { readonly origin: string } | undefined): boolean {
  return statement !== undefined && statement.origin !== 'preset'
}

/** Settings that ask for what is not there yet: better to say so than to start as something else. */
function unsupported({ listeners, explicit, settings }: ResolvedBroker): Problem[] {
  const problems: Problem[] = []
  const refuse = (key: string, value: string, expected: string, message: string): void => {
    problems.push({ key, value, source: explicit.get(key)?.where ?? 'default', expected, message })
  }
  for (const { name, securityProtocol } of listeners.all) {
    if (securityProtocol === 'PLAINTEXT') continue
    const message = `Listener ${name} asks for ${securityProtocol}, which this version does not speak.`
    refuse('listeners', name, 'listeners that speak PLAINTEXT', message)
  }
  const selector = settings['replica.selector.class']
  if (selector !== null && !replicaSelectors.includes(selector)) {
    const message = `Replicas cannot be selected by ${selector}: Java classes are not loaded.`
    refuse('replica.selector.class', selector, replicaSelectors.join(' or '), message)
  }
  return problems
}

/** What a member of a ZooKeeper cluster goes by, or what is wrong with that. */
function zookeeperPlan(
  { settings, explicit }: ResolvedBroker,
  connect: string,
): { readonly plan?: CoordinationPlan; readonly problems: readonly Problem[] } {
  const problems: Problem[] = []
  const source = explicit.get('zookeeper.connect')?.where ?? 'default'
  if (settings['broker.id'] === -1) {
    problems.push({
      key: 'broker.id',
      value: null,
      source,
      expected: 'a number that no other broker of the cluster has',
      message: 'A broker of a ZooKeeper cluster needs an id.',
    })
  }
  const ensemble = parseConnectString(connect)
  if (ensemble === undefined) {
    problems.push({
      key: 'zookeeper.connect',
      value: connect,
      source,
      expected: 'host:port[,host:port…][/path]',
      message: `'${connect}' names no ZooKeeper ensemble.`,
    })
    return { problems }
  }
  const sessionTimeoutMs = settings['zookeeper.session.timeout.ms']
  const connectionTimeoutMs = settings['zookeeper.connection.timeout.ms'] ?? sessionTimeoutMs
  const tickMs = settings['zookeeper.tick.time.ms']
  const options = {
    ...ensemble,
    sessionTimeoutMs,
    connectionTimeoutMs,
    ...(tickMs === null ? {} : { serverTickMs: tickMs }),
  }
  return { plan: { kind: 'zookeeper', options }, problems }
}
