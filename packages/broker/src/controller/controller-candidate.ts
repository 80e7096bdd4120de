// The election of the controller: whoever creates the ephemeral /controller and raises /controller_epoch in one
// transaction is it. The version that the epoch's node then has fences everything the controller writes.

import type { Coordination, Operation } from '@samsa/coordination'
import type { BrokerSettings } from '@samsa/settings'
import { assert, type World, WorldError } from '@samsa/world'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import {
  formatController,
  formatControllerEpoch,
  parseControllerEpoch,
} from '../metadata/cluster-nodes.ts'
import { controllerEpochPath, controllerPath } from '../metadata/paths.ts'
import type { BrokerPeers } from '../peers/broker-peers.ts'
import { ActiveController } from './active-controller.ts'
import { CommandQueue } from './command-queue.ts'

/** How long after an election of unknown outcome it is looked again, in milliseconds. */
const retryMs = 100

/** The office, as it was won. */
interface Office {
  /** The session that owns /controller. */
  readonly sessionId: string
  readonly epoch: number
  /** Version of /controller_epoch that no other election has. */
  readonly epochVersion: number
}

/** What a candidate needs. */
export interface CandidateOptions {
  readonly brokerId: number
  readonly session: Coordination
  readonly metadata: AppliedMetadata
  readonly settings: () => BrokerSettings
  /** The other brokers, and this one. */
  readonly peers: BrokerPeers
}

/** A broker's part in the election of the controller. */
export class ControllerCandidate {
  readonly #world: World
  readonly #options: CandidateOptions
  #active: { readonly controller: ActiveController; readonly queue: CommandQueue } | undefined
  #campaign: Promise<void> | undefined
  #stopWatching: () => void = () => {}
  #stopped = false

  constructor(world: World, options: CandidateOptions) {
    this.#world = world
    this.#options = options
  }

  /** The controller, while this broker is it. */
  get active(): ActiveController | undefined {
    return this.#active?.controller
  }

  /** Stands for election now, and whenever there is no controller. Resolves when there is one. */
  async start(): Promise<void> {
    const { metadata, session } = this.#options
    const stopMetadata = metadata.onChange((delta) => {
      if (delta.controllerChanged) this.#look()
    })
    const stopSession = session.onState((state) => {
      // The office went with the session.
      if (state === 'expired') this.#resign()
      if (state === 'connected') this.#look()
    })
    this.#stopWatching = () => {
      stopMetadata()
      stopSession()
    }
    this.#look()
    await this.#campaign
  }

  /** Stands down. The session's end removes /controller. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#stopWatching()
    await this.#campaign
    const queue = this.#active?.queue
    this.#resign()
    await queue?.idle()
  }

  #look(): void {
    const { metadata, brokerId } = this.#options
    if (this.#stopped || this.#campaign !== undefined) return
    // An office that is said to be this broker's and is not held was won when the answer was lost, or is of an earlier life.
    const isOpen =
      metadata.controllerId === -1 ||
      (metadata.controllerId === brokerId && this.#active === undefined)
    if (!isOpen) return
    this.#campaign = this.#stand().finally(() => {
      this.#campaign = undefined
      if (metadata.controllerId === -1 && this.#options.session.state === 'connected') this.#look()
    })
  }

  async #stand(): Promise<void> {
    // A controller that lost its session has nothing to say any more.
    this.#resign()
    try {
      const office = await this.#run()
      if (office === undefined) return
      // Everything that earlier controllers wrote must be known before this one decides anything.
      await this.#options.metadata.caughtUp()
      if (!this.#stopped && this.#options.session.sessionId === office.sessionId) {
        this.#take(office.epoch, office.epochVersion)
      }
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      this.#world.logger.warn({ error }, 'The election of the controller failed.')
      // A watch tells of what came of it; should it tell nothing, the next look finds out.
      if (error.kind === 'reset') this.#world.clock.after(retryMs, () => this.#look())
    }
  }

  /** Stands in one election; the office if this session has it. */
  async #run(): Promise<Office | undefined> {
    const { brokerId, session } = this.#options
    const { sessionId } = session
    const [standing, node] = await session.getAll([controllerPath, controllerEpochPath])
    assert(node !== undefined, 'the tree was prepared')
    const epoch = parseControllerEpoch(controllerEpochPath, node.data)
    if (standing !== undefined) {
      // Created by this session in an earlier attempt whose answer was lost.
      const isOwn = standing.stat.ephemeralOwner === sessionId
      return isOwn ? { sessionId, epoch, epochVersion: node.stat.version } : undefined
    }
    const operations: Operation[] = [
      {
        kind: 'create',
        path: controllerPath,
        data: formatController({ brokerId }),
        ephemeral: true,
      },
      {
        kind: 'set',
        path: controllerEpochPath,
        data: formatControllerEpoch(epoch + 1),
        version: node.stat.version,
      },
    ]
    const result = await session.multi(operations)
    const epochVersion = result.ok ? result.stats[1]?.version : undefined
    return epochVersion === undefined ? undefined : { sessionId, epoch: epoch + 1, epochVersion }
  }

  #take(epoch: number, epochVersion: number): void {
    const { brokerId, session, metadata, settings, peers } = this.#options
    const queue = new CommandQueue(this.#world, {
      session,
      metadata,
      epochVersion,
      onFenced: () => this.#resign(),
    })
    const controller = new ActiveController(this.#world, { metadata, queue, settings, peers })
    this.#active = { controller, queue }
    this.#world.logger.info({ brokerId, controllerEpoch: epoch }, 'This broker is the controller.')
  }

  #resign(): void {
    const active = this.#active
    this.#active = undefined
    active?.controller.end()
    active?.queue.end()
  }
}
