// One broker's membership in its cluster, from the coordination session up: the applied view, the live settings, the
// election of the controller, the registration. Starting follows that order, stopping goes back. A session that expires
// takes registration and office with it: the broker joins again, as a new incarnation, and answers nobody before that.

import type { ResolvedBroker } from '@samsa/settings'
import { type Disk, type World, WorldError } from '@samsa/world'
import { LiveSettings } from '../configs/live-settings.ts'
import type { LogLevels } from '../configs/log-levels.ts'
import type { SupportedFeature } from '../handlers/request-context.ts'
import { AppliedMetadata } from '../metadata/applied-metadata.ts'
import type { Endpoint } from '../metadata/metadata-view.ts'
import { prepareTree } from '../metadata/prepare-tree.ts'
import { type Connect, RenewedSession } from '../metadata/renewed-session.ts'
import { ConnectedPeers } from '../peers/broker-peers.ts'
import { Administration } from './administration.ts'
import { BrokerLease, type Lease } from './broker-lease.ts'
import { ClusterController } from './cluster-controller.ts'
import { registerClusterMetrics } from './cluster-metrics.ts'
import { ControllerCandidate } from './controller-candidate.ts'
import type { LocalControllers } from './local-controllers.ts'
import type { EarlierLife } from './lost-replica.ts'
import { ReachableControllers } from './reachable-controllers.ts'
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
  /** How long changes gather before they are read; 0 for a store in this process. */
  readonly debounceMs?: number
  /** How long the registration of an earlier life may stand in the way; 0 where lives end with their sessions. */
  readonly staleRegistrationMs?: number
}

/** What is told of a broker when it registers. */
export interface MemberDescription {
  /** By listener name. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly rack: string | null
  /** How the life before this one left the logs. */
  readonly lastShutdown: EarlierLife['lastShutdown']
}

/** What the end of an office or a session may take when coordination does not answer, in milliseconds. */
const patienceMs = 2000

/** Between two attempts to join again, in milliseconds. */
const retryMs = 250

/** A broker as a member of its cluster. */
export class ClusterMember {
  /** The cluster's id; the caller compares it with what its data directories say. */
  readonly clusterId: string
  readonly metadata: AppliedMetadata
  readonly settings: LiveSettings
  readonly controller: ClusterController
  /** For requests that another broker has carried here: answers NOT_CONTROLLER where `controller` would look further. */
  readonly ownController: ClusterController
  readonly administration: Administration
  /** The other brokers of the cluster, to be asked over the network. */
  readonly peers: ConnectedPeers
  readonly #world: World
  readonly #session: RenewedSession
  readonly #options: ClusterMemberOptions
  readonly #candidate: ControllerCandidate
  readonly #lease: BrokerLease
  #description: MemberDescription | undefined
  #registration: Registration | undefined
  /** Resolves when the broker is a live member again. */
  #joined: Promise<void> = Promise.resolve()
  /** A session expired, and what followed has not ended with a registration yet. */
  #isApart = false
  /** Whether somebody is joining again: one at a time. */
  #isJoining = false
  #isClosed = false

  private constructor(
    world: World,
    session: RenewedSession,
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
    const { interBroker: listenerName } = broker.listeners
    this.peers = new ConnectedPeers(world, { brokerId, metadata, listenerName })
    this.#candidate = new ControllerCandidate(world, {
      brokerId,
      session,
      metadata,
      settings: () => this.settings.current(),
      peers: this.peers,
    })
    const peers = new ReachableControllers(controllers, this.peers)
    this.controller = new ClusterController(world, { session, metadata, peers })
    const here = { controllerOn: () => this.#candidate.active }
    this.ownController = new ClusterController(world, {
      session,
      metadata,
      peers: here,
      isWaiting: false,
    })
    this.administration = new Administration({
      session,
      metadata,
      settings: this.settings,
      logLevels: options.logLevels,
      supportedFeatures: options.supportedFeatures,
    })
    registerClusterMetrics(world.metrics, {
      brokerId,
      metadata,
      isController: () => this.#candidate.active !== undefined,
    })
    // Before the lease, which waits for what begins here.
    session.onState((state) => {
      if (state === 'expired' && this.#registration !== undefined) this.#leftByExpiry()
    })
    this.#lease = new BrokerLease(world, session, async () => {
      await this.#joined
      await metadata.caughtUp()
    })
  }

  /**
   * Prepares the tree if nobody has and reads everything. Sessions opened by `connect` are the member's own; when one
   * expires it opens the next. Rejects as `connect` does.
   */
  static async open(
    world: World,
    connect: Connect,
    options: ClusterMemberOptions,
  ): Promise<ClusterMember> {
    const session = await RenewedSession.open(world, connect)
    try {
      const clusterId = await prepareTree(world, session, options.clusterId)
      const { debounceMs = 0 } = options
      const metadata = await AppliedMetadata.open(world, session, { debounceMs })
      const member = new ClusterMember(world, session, metadata, { ...options, clusterId })
      options.controllers.add(options.brokerId, member.#candidate)
      return member
    } catch (error) {
      await session.close()
      throw error
    }
  }

  /** Whether this broker may still act as what metadata says it is. */
  get lease(): Lease {
    return this.#lease
  }

  /**
   * Tells the cluster where this broker is reached, and stands for election as its controller. Resolves when the broker is
   * live: clients may be answered from now on. Rejects with a WorldError 'already-exists' when a broker with this id is
   * running.
   */
  async register(description: MemberDescription): Promise<void> {
    this.#description = description
    await this.#register(description)
    // Not before: a controller alone would first take all leaderships from the broker that is about to register.
    await this.#candidate.start()
    await this.#registration?.live()
    await this.#joined
    this.#noLossSince(description)
  }

  /** Says that the broker is about to stop, so that others lead what they can; resolves when they do, or it takes too long. */
  async drain(): Promise<void> {
    await this.#within(patienceMs, this.#registration?.drain())
  }

  /** Leaves the cluster: gives up the controller's office and ends the session, and with it the registration. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#within(patienceMs, this.#candidate.stop())
    this.#options.controllers.remove(this.#options.brokerId)
    this.#lease.close()
    this.settings.close()
    this.peers.close()
    this.metadata.close()
    await this.#session.close()
    await this.#joined
  }

  /** The cluster has taken note of how the earlier life ended. From here on, sessions end and logs stay. */
  #noLossSince(description: MemberDescription): void {
    this.#description = { ...description, lastShutdown: 'clean' }
  }

  async #register({ endpoints, rack, lastShutdown }: MemberDescription): Promise<void> {
    const { brokerId, staleRegistrationMs = 0 } = this.#options
    this.#registration = await Registration.open(this.#world, this.#session, this.metadata, {
      brokerId,
      endpoints,
      rack,
      earlierLife: { lastShutdown, bootId: await bootId(this.#world.disk) },
      staleRegistrationMs,
    })
  }

  #leftByExpiry(): void {
    this.#isApart = true
    // A session that ends while the broker joins with it: whoever is joining tries again. A second one beside it would
    // replace its registration and wait for its own for good.
    if (!this.#isJoining) this.#joined = this.#joinAgain()
  }

  async #joinAgain(): Promise<void> {
    this.#isJoining = true
    try {
      await this.#joinUntilLive()
    } finally {
      this.#isJoining = false
    }
  }

  async #joinUntilLive(): Promise<void> {
    while (this.#isApart && !this.#isClosed && this.#description !== undefined) {
      try {
        this.#isApart = false
        await this.#register(this.#description)
        // Over at once when this session expires as well.
        await this.#registration?.live()
      } catch (error) {
        if (!(error instanceof WorldError)) throw error
        this.#isApart = true
        if (this.#isClosed) return
        this.#world.logger.error({ error }, 'The broker cannot join its cluster again yet.')
        await this.#world.clock.sleep(retryMs)
      }
    }
    if (!this.#isClosed) this.#world.logger.info({}, 'The broker has joined its cluster again.')
  }

  async #within(limitMs: number, promise: Promise<void> | undefined): Promise<void> {
    const over = new AbortController()
    const patience = this.#world.clock.sleep(limitMs, over.signal).catch(() => {})
    try {
      await Promise.race([promise, patience])
    } finally {
      over.abort()
    }
  }
}

/** Linux tells which run of the machine this is; elsewhere nobody does, and a crash counts as a loss of power. */
async function bootId(disk: Disk): Promise<string> {
  try {
    const text = await disk.readFile('/proc/sys/kernel/random/boot_id')
    return text?.toString().trim() ?? ''
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    return ''
  }
}
