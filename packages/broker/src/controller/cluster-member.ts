// One broker's membership in its cluster, from the coordination session up: the applied view, the live settings, the
// election of the controller, the registration. Starting follows that order, stopping goes back.

import type { Coordination } from '@samsa/coordination'
import type { ResolvedBroker } from '@samsa/settings'
import type { World } from '@samsa/world'
import { LiveSettings } from '../configs/live-settings.ts'
import type { LogLevels } from '../configs/log-levels.ts'
import type { SupportedFeature } from '../handlers/request-context.ts'
import { AppliedMetadata } from '../metadata/applied-metadata.ts'
import type { Endpoint } from '../metadata/metadata-view.ts'
import { prepareTree } from '../metadata/prepare-tree.ts'
import { ConnectedPeers } from '../peers/broker-peers.ts'
import { Administration } from './administration.ts'
import { ClusterController } from './cluster-controller.ts'
import { ControllerCandidate } from './controller-candidate.ts'
import type { LocalControllers } from './local-controllers.ts'
import { Registration } from './registration.ts'

/** What a member is made of. */
export interface ClusterMemberOptions {
  readonly brokerId: number
  readonly broker: ResolvedBroker
  /** The controllers of this process; one object for all of its brokers. */
  readonly controllers: LocalControllers
  /** Which lines this broker logs. */
  readonly logLevels: LogLevels
  /** The features that this broker can go by. */
  readonly supportedFeatures: readonly SupportedFeature[]
  /** The id that the data directories say, if they say one. */
  readonly clusterId?: string
}

/** A broker as a member of its cluster. */
export class ClusterMember {
  /** The cluster's id; the caller compares it with what its data directories say. */
  readonly clusterId: string
  readonly metadata: AppliedMetadata
  readonly settings: LiveSettings
  readonly controller: ClusterController
  readonly administration: Administration
  /** The other brokers of the cluster, to be asked over the network. */
  readonly peers: ConnectedPeers
  readonly #world: World
  readonly #session: Coordination
  readonly #options: ClusterMemberOptions
  readonly #candidate: ControllerCandidate
  #registration: Registration | undefined

  private constructor(
    world: World,
    session: Coordination,
    metadata: AppliedMetadata,
    options: ClusterMemberOptions & { readonly clusterId: string },
  ) {
    const { brokerId, broker, controllers } = options
    this.#world = world
    this.#session = session
    this.#options = options
    this.clusterId = options.clusterId
    this.metadata = metadata
    this.settings = new LiveSettings(world.logger, broker, { metadata, brokerId })
    this.#candidate = new ControllerCandidate(world, {
      brokerId,
      session,
      metadata,
      settings: () => this.settings.current(),
    })
    const { interBroker: listenerName } = broker.listeners
    this.peers = new ConnectedPeers(world, { brokerId, metadata, listenerName })
    this.controller = new ClusterController(world, { session, metadata, peers: controllers })
    this.administration = new Administration({
      session,
      metadata,
      settings: this.settings,
      logLevels: options.logLevels,
      supportedFeatures: options.supportedFeatures,
    })
  }

  /**
   * Prepares the tree if nobody has and reads everything. The session is the member's from now on.
   */
  static async open(
    world: World,
    session: Coordination,
    options: ClusterMemberOptions,
  ): Promise<ClusterMember> {
    const clusterId = await prepareTree(world, session, options.clusterId)
    const metadata = await AppliedMetadata.open(world, session)
    const member = new ClusterMember(world, session, metadata, { ...options, clusterId })
    options.controllers.add(options.brokerId, member.#candidate)
    return member
  }

  /**
   * Tells the cluster where this broker is reached, and stands for election as its controller. Resolves when the broker is
   * live: clients may be answered from now on. Rejects with a WorldError 'already-exists' when a broker with this id is
   * running.
   */
  async register(endpoints: ReadonlyMap<string, Endpoint>, rack: string | null): Promise<void> {
    const { brokerId } = this.#options
    this.#registration = await Registration.open(this.#world, this.#session, this.metadata, {
      brokerId,
      endpoints,
      rack,
    })
    // Not before: a controller alone would first take all leaderships from the broker that is about to register.
    await this.#candidate.start()
    await this.#registration.live()
  }

  /** Says that the broker is about to stop, so that others lead what they can. */
  async drain(): Promise<void> {
    await this.#registration?.drain()
  }

  /** Leaves the cluster: gives up the controller's office and ends the session, and with it the registration. */
  async close(): Promise<void> {
    await this.#candidate.stop()
    this.#options.controllers.remove(this.#options.brokerId)
    this.settings.close()
    this.peers.close()
    this.metadata.close()
    await this.#session.close()
  }
}
