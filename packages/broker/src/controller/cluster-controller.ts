// The face of the controller on every broker: finds the active one, carries the command there, waits until this broker's
// view has the change. What any broker may write itself (blocks of producer ids) is written here.

import type { Coordination } from '@samsa/coordination'
import { KafkaError } from '@samsa/protocol'
import { type World, WorldError } from '@samsa/world'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { formatProducerIds, parseProducerIds } from '../metadata/cluster-nodes.ts'
import { producerIdsPath } from '../metadata/paths.ts'
import type { ControllerCommands } from './active-controller.ts'
import type {
  Controller,
  CreatedTopic,
  ElectionType,
  InSyncMember,
  IsrChange,
  IsrChangeResult,
  PartitionsSpec,
  TopicPartition,
  TopicSpec,
  WriteOptions,
} from './controller.ts'
import { updateNode } from './update-node.ts'

const defaultTimeoutMs = 30_000
const producerIdBlock = 1000

/** Where the active controller is reached. */
export interface ControllerPeers {
  /** The controller on this broker, when it is active and can be reached. */
  controllerOn(brokerId: number): ControllerCommands | undefined
}

/** What the face works with. */
export interface ClusterControllerOptions {
  readonly session: Coordination
  readonly metadata: AppliedMetadata
  readonly peers: ControllerPeers
  /** Whether to look for the controller until the time is up (default), or to answer NOT_CONTROLLER at once. */
  readonly isWaiting?: boolean
}

/** The controller as this broker's handlers see it. */
export class ClusterController implements Controller {
  readonly #world: World
  readonly #options: ClusterControllerOptions

  constructor(world: World, options: ClusterControllerOptions) {
    this.#world = world
    this.#options = options
  }

  createTopic(spec: TopicSpec, options: WriteOptions = {}): Promise<CreatedTopic> {
    const validateOnly = options.validateOnly ?? false
    return this.#carry(options, (controller) => controller.createTopic(spec, validateOnly))
  }

  deleteTopic(topicId: string, options: WriteOptions = {}): Promise<void> {
    return this.#carry(options, (controller) => controller.deleteTopic(topicId))
  }

  createPartitions(spec: PartitionsSpec, options: WriteOptions = {}): Promise<void> {
    const validateOnly = options.validateOnly ?? false
    return this.#carry(options, (controller) => controller.createPartitions(spec, validateOnly))
  }

  electLeader(
    partition: TopicPartition,
    type: ElectionType,
    options: WriteOptions = {},
  ): Promise<void> {
    return this.#carry(options, (controller) => controller.electLeader(partition, type))
  }

  reassign(
    partition: TopicPartition,
    replicas: readonly number[] | null,
    options: WriteOptions & { readonly keepReplicationFactor?: boolean } = {},
  ): Promise<void> {
    const keeps = options.keepReplicationFactor ?? false
    return this.#carry(options, (controller) => controller.reassign(partition, replicas, keeps))
  }

  alterPartition(
    leader: InSyncMember,
    changes: readonly IsrChange[],
    options: WriteOptions = {},
  ): Promise<readonly IsrChangeResult[]> {
    return this.#carry(options, (controller) => controller.alterPartition(leader, changes))
  }

  async allocateProducerIds(): Promise<{ readonly first: number; readonly count: number }> {
    const first = await updateNode(this.#options.session, producerIdsPath, (node) => {
      const next = node === undefined ? 0 : parseProducerIds(producerIdsPath, node.data)
      return { data: formatProducerIds(next + producerIdBlock), value: next }
    })
    return { first, count: producerIdBlock }
  }

  /** Carries a command to whoever is the active controller, and to his successor when he loses office meanwhile. */
  async #carry<T>(
    { timeoutMs = defaultTimeoutMs }: WriteOptions,
    ask: (controller: ControllerCommands) => Promise<T>,
  ): Promise<T> {
    const { clock } = this.#world
    const deadline = clock.monotonic() + Math.max(timeoutMs, 0)
    let timer: { cancel(): void } | undefined
    const timedOut = new Promise<never>((_, reject) => {
      timer = clock.after(Math.max(timeoutMs, 0), () => reject(new KafkaError('REQUEST_TIMED_OUT')))
    })
    try {
      return await Promise.race([this.#ask(ask, () => clock.monotonic() >= deadline), timedOut])
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      throw new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
    } finally {
      timer?.cancel()
    }
  }

  async #ask<T>(
    ask: (controller: ControllerCommands) => Promise<T>,
    isLate: () => boolean,
  ): Promise<T> {
    const { metadata, peers, isWaiting = true } = this.#options
    for (;;) {
      const controller = peers.controllerOn(metadata.controllerId)
      if (controller === undefined) {
        if (!isWaiting) throw new KafkaError('NOT_CONTROLLER')
        await this.#controllerChange()
      } else {
        try {
          const answer = await ask(controller)
          await metadata.caughtUp()
          return answer
        } catch (error) {
          if (!isWaiting || !mayBeReplaced(error) || isLate()) throw error
          await this.#controllerChange()
        }
      }
      if (isLate()) throw new KafkaError('REQUEST_TIMED_OUT')
    }
  }

  /** Resolves at the next change of the controller, or a little later by itself. */
  async #controllerChange(): Promise<void> {
    const { metadata } = this.#options
    await new Promise<void>((resolve) => {
      const timer = this.#world.clock.after(50, done)
      const stop = metadata.onChange((delta) => {
        if (delta.controllerChanged) done()
      })
      function done(): void {
        timer.cancel()
        stop()
        resolve()
      }
    })
  }
}

/**
 * Whoever was asked is not the controller, or cannot be reached. What was asked for over a connection that broke may have
 * happened; it is asked for again all the same, as a client would.
 */
function mayBeReplaced(error: unknown): boolean {
  if (!(error instanceof KafkaError)) return false
  const { name } = error
  return (
    name === 'NOT_CONTROLLER' || name === 'BROKER_NOT_AVAILABLE' || name === 'NETWORK_EXCEPTION'
  )
}
