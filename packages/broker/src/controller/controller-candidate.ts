// The election of the controller: whoever creates the ephemeral /controller and raises /controller_epoch in one
// transaction is it. The version that the epoch's node then has fences everything the controller writes.

import type { Coordination, Operation } from '@samsa/coordination'
import type { BrokerSettings } from '@samsa/settings'
import { assert, type World, WorldError } from '@samsa/world'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { formatController, formatControllerEpoch } from '../metadata/cluster-nodes.ts'
import { controllerEpochPath, controllerPath } from '../metadata/paths.ts'
import { ActiveController } from './active-controller.ts'
import { CommandQueue } from './command-queue.ts'

/** What a candidate needs. */
export interface CandidateOptions {
  readonly brokerId: number
  readonly session: Coordination
  readonly metadata: AppliedMetadata
  readonly settings: () => BrokerSettings
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
    const { metadata } = this.#options
    this.#stopWatching = metadata.onChange((delta) => {
      if (delta.controllerChanged) this.#look()
    })
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
    const { metadata } = this.#options
    if (this.#stopped || this.#campaign !== undefined || metadata.controllerId !== -1) return
    this.#campaign = this.#stand().finally(() => {
      this.#campaign = undefined
      if (metadata.controllerId === -1 && this.#options.session.state === 'connected') this.#look()
    })
  }

  async #stand(): Promise<void> {
    const { brokerId, session, metadata } = this.#options
    // A controller that lost its session has nothing to say any more.
    this.#resign()
    const current = metadata.image.controllerEpoch
    assert(current !== undefined, 'the tree was prepared')
    const epoch = current.epoch + 1
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
        data: formatControllerEpoch(epoch),
        version: current.version,
      },
    ]
    try {
      const result = await session.multi(operations)
      // Everything that earlier controllers wrote must be known before this one decides anything.
      await metadata.caughtUp()
      const epochVersion = result.ok ? result.stats[1]?.version : undefined
      if (epochVersion === undefined || this.#stopped) return
      this.#take(epoch, epochVersion)
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      this.#world.logger.warn({ error }, 'The election of the controller failed.')
    }
  }

  #take(epoch: number, epochVersion: number): void {
    const { brokerId, session, metadata, settings } = this.#options
    const queue = new CommandQueue(this.#world, {
      session,
      metadata,
      epochVersion,
      onFenced: () => this.#resign(),
    })
    const controller = new ActiveController(this.#world, { metadata, queue, settings })
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
