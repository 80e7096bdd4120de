// One broker put together from its parts: replicas, coordinators, request loop, open ports. Starting and stopping follow
// one order: what is asked starts before who asks, and stops after it.

import { TimerWheel } from '@samsa/network'
import type { LogDirectories } from '@samsa/log'
import { resolveGroupSettings } from '@samsa/settings'
import { type Address, assert, type World } from '@samsa/world'
import type { LayeredSettingsView } from '../configs/broker-settings-view.ts'
import { CoordinatorKind, type CoordinatorLocator } from '../coordinators/coordinator-locator.ts'
import { GroupCoordinator } from '../groups/group-coordinator.ts'
import { TransactionCoordinator } from '../transactions/transaction-coordinator.ts'
import type { Administration } from '../controller/administration.ts'
import type { Lease } from '../controller/broker-lease.ts'
import type { Controller, TopicSpec } from '../controller/controller.ts'
import { internalTopicSpec } from '../controller/internal-topics.ts'
import { handlers } from '../handlers/all.ts'
import type { BrokerServices, Features } from '../handlers/request-context.ts'
import type { MetadataView } from '../metadata/metadata-view.ts'
import type { BrokerPeers } from '../peers/broker-peers.ts'
import { TransactionRequests } from '../peers/transaction-requests.ts'
import { FetchBudget } from '../replicas/fetch-budget.ts'
import { FetchSessions } from '../replicas/fetch-sessions.ts'
import { InternalTopic } from '../replicas/internal-topic.ts'
import { ReplicaSet } from '../replicas/replica-set.ts'
import type { TopicSettingsView } from '../replicas/topic-settings-view.ts'
import { Traffic } from '../replicas/traffic.ts'
import { ClientThrottles } from '../quotas/client-throttles.ts'
import { Explain } from './explain.ts'
import { RequestLoop } from './request-loop.ts'
import { RequestMetrics } from './request-metrics.ts'
import { type ListenerSpec, SocketServer } from './socket-server.ts'

/** Resolution of long polls and delays. */
const tickMs = 1

/** What a broker is made of. */
export interface BrokerParts {
  readonly brokerId: number
  readonly clusterId: string
  readonly settings: LayeredSettingsView
  readonly metadata: MetadataView
  readonly controller: Controller
  readonly ownController: Controller
  readonly lease: Lease
  readonly administration: Administration
  /** The other brokers. */
  readonly peers: BrokerPeers
  readonly logs: LogDirectories
  readonly topicSettings: TopicSettingsView
  readonly features: () => Features
}

/** A broker that can be started and stopped. */
export class BrokerNode {
  readonly explain: Explain
  readonly services: BrokerServices
  readonly #world: World
  readonly #parts: BrokerParts
  readonly #wheel: TimerWheel
  readonly #replicas: ReplicaSet
  readonly #groups: GroupCoordinator
  readonly #transactions: TransactionCoordinator
  readonly #sockets: SocketServer
  #stopWatching: () => void = () => {}

  constructor(world: World, parts: BrokerParts) {
    this.#world = world
    this.#parts = parts
    this.explain = new Explain(world.clock)
    this.#wheel = new TimerWheel(world.clock, tickMs)
    const { settings, metadata, logs } = parts
    this.#replicas = new ReplicaSet(world, {
      brokerId: parts.brokerId,
      metadata,
      logs,
      fetchSessions: new FetchSessions(world.clock, world.random, () =>
        settings.get('max.incremental.fetch.session.cache.slots'),
      ),
      topicSettings: parts.topicSettings,
      settings,
      controller: parts.controller,
      peers: parts.peers,
      lease: parts.lease,
    })
    this.#sockets = new SocketServer(world, {
      settings,
      wheel: this.#wheel,
      explain: this.explain,
      unwrittenBytes: () => logs.unwrittenBytes,
    })
    this.#groups = new GroupCoordinator({
      world,
      settings,
      metadata,
      groupConfigs: (groupId) => {
        const own = parts.administration.configs.of({ kind: 'groups', name: groupId })
        if (own.size === 0) return undefined
        return resolveGroupSettings(settings.current(), Object.fromEntries(own))
      },
      partitions: this.#internalTopic('__consumer_offsets'),
    })
    this.#transactions = new TransactionCoordinator({
      world,
      settings,
      brokerId: parts.brokerId,
      metadata,
      controller: parts.controller,
      replicas: this.#replicas,
      groups: this.#groups,
      partitions: this.#internalTopic('__transaction_state'),
      peers: new TransactionRequests(parts.peers, () => settings.get('request.timeout.ms')),
      transactionVersion: () => finalizedLevel(parts.features(), 'transaction.version'),
    })
    this.services = {
      world,
      settings,
      brokerId: parts.brokerId,
      clusterId: parts.clusterId,
      metadata,
      controller: parts.controller,
      ownController: parts.ownController,
      lease: parts.lease,
      administration: parts.administration,
      replicas: this.#replicas,
      groups: this.#groups,
      transactions: this.#transactions,
      coordinators: new Map<number, CoordinatorLocator>([
        [CoordinatorKind.group, this.#groups],
        [CoordinatorKind.transaction, this.#transactions],
      ]),
      wheel: this.#wheel,
      fetchBudget: new FetchBudget(),
      traffic: new Traffic(world.metrics, this.#replicas),
      features: parts.features,
      handlers,
    }
  }

  /** Opens a port; connections are turned away until `start`. Resolves to its address. */
  listen(spec: ListenerSpec): Promise<Address> {
    return this.#sockets.listen(spec)
  }

  /** Takes over the replicas and answers requests. */
  async start(): Promise<void> {
    await this.#replicas.start()
    await Promise.all([this.#groups.loaded(), this.#transactions.loaded()])
    const metrics = new RequestMetrics(this.#world.metrics)
    const { administration, metadata, settings } = this.#parts
    const quotas = administration.quotas
    const throttles = new ClientThrottles(this.#world, { quotas, metadata, settings })
    const stopWatching = settings.onChange(() => this.#replicas.brokerSettingsChanged())
    this.#stopWatching = () => {
      stopWatching()
      throttles.close()
    }
    this.#sockets.serve(new RequestLoop(this.services, metrics, throttles))
  }

  /** Lets connections finish what they began, for at most `graceMs`, and gives up the replicas. */
  async stop(graceMs: number): Promise<void> {
    this.#stopWatching()
    await this.#sockets.close(graceMs)
    this.#transactions.stop()
    this.#groups.stop()
    await this.#replicas.stop()
    this.#wheel.close()
  }

  /** The log of an internal topic, for its coordinator. */
  #internalTopic(name: string): InternalTopic {
    const { metadata, controller, settings } = this.#parts
    const spec = (): TopicSpec => {
      const said = internalTopicSpec(name, (key) => settings.get(key))
      assert(said !== undefined, 'An internal topic is known to the controller.')
      return said
    }
    return new InternalTopic(spec, { metadata, controller, replicas: this.#replicas })
  }
}

/** The level at which a feature is finalized; 0 when it is not. */
function finalizedLevel({ finalizedFeatures }: Features, name: string): number {
  return finalizedFeatures.find((feature) => feature.name === name)?.maxVersionLevel ?? 0
}
