// One broker of this process, from its session with the coordination store to its open ports, and the order in which all
// of that starts and stops.

import { LogDirectories } from '@samsa/log'
import type { SettingsWarning } from '@samsa/settings'
import { type Address, createMetrics, type Metrics, type World } from '@samsa/world'
import { LogLevels } from '../configs/log-levels.ts'
import { ClusterMember } from '../controller/cluster-member.ts'
import type { LocalControllers } from '../controller/local-controllers.ts'
import { handlers } from '../handlers/all.ts'
import { supportedFeatures } from '../handlers/supported-features.ts'
import type { Endpoint } from '../metadata/metadata-view.ts'
import { TopicSettingsView } from '../replicas/topic-settings-view.ts'
import { BrokerNode } from './broker-node.ts'
import type { StartPlan } from './broker-options.ts'
import type { Explain } from './explain.ts'
import { MetricsEndpoint } from './metrics-endpoint.ts'
import { LossNote } from './loss-note.ts'
import type { OpenCoordination } from './open-coordination.ts'

/** How long connections may take to finish what they began when the broker stops. */
const graceMs = 1000

/** An address this broker listens on. */
export interface BrokerListener {
  readonly name: string
  readonly host: string
  readonly port: number
}

/** A running broker. */
export interface Broker extends AsyncDisposable {
  readonly brokerId: number
  readonly clusterId: string
  /** Of the first listener. */
  readonly host: string
  readonly port: number
  /** `host:port` of the first listener: what a client takes as its bootstrap server. */
  readonly bootstrapServers: string
  readonly listeners: readonly BrokerListener[]
  /** Settings that were taken, but mean little or nothing here. */
  readonly warnings: readonly SettingsWarning[]
  readonly metrics: Metrics
  /** `host:port` where metrics are served over HTTP; undefined without metrics.listener. */
  readonly metricsAddress: string | undefined
  /** Why connections were closed and requests refused. */
  readonly explain: Explain
  /** Finishes what clients have begun, writes the clean marks and gives everything up. A second call waits for the first. */
  close(): Promise<void>
}

/** Starts one broker. Rejects with WorldError; what was opened is closed again. */
export async function runBroker(
  outside: World,
  coordination: OpenCoordination,
  controllers: LocalControllers,
  plan: StartPlan,
): Promise<Broker> {
  const { brokerId, broker } = plan
  const logLevels = new LogLevels(broker.settings['log.level'])
  const world = {
    ...outside,
    metrics: createMetrics(),
    logger: logLevels.gate(outside.logger.child({ broker: brokerId })),
  }
  const opened = new Opened()
  try {
    const membership = {
      brokerId,
      broker,
      controllers,
      logLevels,
      supportedFeatures: supportedFeatures(handlers),
      debounceMs: coordination.debounceMs,
      staleRegistrationMs: coordination.staleRegistrationMs,
    }
    const connect = (): ReturnType<typeof coordination.connect> => coordination.connect(world)
    const member = await ClusterMember.open(world, connect, membership)
    opened.push(() => member.close())
    const topicSettings = new TopicSettingsView(() => member.settings.current(), member.metadata)
    const lossNote = new LossNote(world, plan.logDirectories)
    await lossNote.markNew()
    const logs = await LogDirectories.open(world, broker.settings, {
      directories: plan.logDirectories,
      brokerId,
      clusterId: member.clusterId,
      topicSettings: (topic) => topicSettings.of(topic),
      isDeleted: (topicId) => member.metadata.isDeleted(topicId),
    })
    opened.push(() => logs.close())
    const node = new BrokerNode(world, {
      brokerId,
      clusterId: member.clusterId,
      settings: member.settings,
      metadata: member.metadata,
      controller: member.controller,
      ownController: member.ownController,
      lease: member.lease,
      peers: member.peers,
      logs,
      topicSettings,
      administration: member.administration,
      features: () => member.administration.features.current(),
    })
    opened.push(() => node.stop(graceMs))
    const listeners: BrokerListener[] = []
    const endpoints = new Map<string, Endpoint>()
    for (const { name, host, port, securityProtocol, advertised } of broker.listeners.all) {
      const bound = host === '' ? '0.0.0.0' : host
      const address = await node.listen({ name, securityProtocol, host: bound, port })
      listeners.push({ name, host: address.host, port: address.port })
      endpoints.set(name, {
        host: advertised?.host ?? '',
        port: advertised === null || advertised.port === 0 ? address.port : advertised.port,
        securityProtocol,
        boundHost: bound,
      })
    }
    await member.register({
      endpoints,
      rack: broker.settings['broker.rack'],
      lastShutdown: await lossNote.read(logs.lastShutdown),
    })
    await lossNote.taken()
    opened.push(async () => {
      // Alone there is nobody to hand over to: who is being served is served to the end.
      if (member.metadata.brokers().length > 1) await member.drain()
    })
    await node.start()
    const metricsListener = broker.settings['metrics.listener']
    let metricsAddress: string | undefined
    if (metricsListener !== null) {
      const endpoint = await openMetrics(world, metricsListener)
      opened.push(() => endpoint.close())
      metricsAddress = textOf(endpoint.address)
    }
    const [first] = listeners
    const host = first?.host ?? ''
    const port = first?.port ?? 0
    const close = (): Promise<void> => opened.close()
    world.logger.info({ listeners, clusterId: member.clusterId }, 'The broker serves clients.')
    return {
      brokerId,
      clusterId: member.clusterId,
      host,
      port,
      bootstrapServers: textOf({ host, port }),
      listeners,
      warnings: broker.warnings,
      metrics: world.metrics,
      metricsAddress,
      explain: node.explain,
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await opened.close()
    throw error
  }
}

function textOf({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

function openMetrics(world: World, address: string): Promise<MetricsEndpoint> {
  const colon = address.lastIndexOf(':')
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1')
  return MetricsEndpoint.open(
    world,
    host === '' ? '0.0.0.0' : host,
    Number(address.slice(colon + 1)),
  )
}

/** What was opened, to be closed in the opposite order, once. */
class Opened {
  readonly #steps: (() => Promise<void>)[] = []
  #closing: Promise<void> | undefined

  push(close: () => Promise<void>): void {
    this.#steps.push(close)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** Every step is taken; the first failure is reported at the end. */
  async #close(): Promise<void> {
    let failure: { readonly error: unknown } | undefined
    for (const step of this.#steps.reverse()) {
      try {
        await step()
      } catch (error) {
        failure ??= { error }
      }
    }
    if (failure !== undefined) throw failure.error
  }
}
