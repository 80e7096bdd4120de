// A broker makes itself known: the ephemeral node that says where it is reached. It counts as live once the controller
// has taken note of this incarnation, which ends whatever the broker led in an earlier life.

import type { Coordination, Operation } from '@samsa/coordination'
import { uuidFromBytes } from '@samsa/protocol'
import { type World, WorldError } from '@samsa/world'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { formatRegistration, type RegistrationNode } from '../metadata/broker-nodes.ts'
import type { Endpoint } from '../metadata/metadata-view.ts'
import { brokerPath } from '../metadata/paths.ts'

/** What a broker tells of itself. */
export interface RegistrationSpec {
  readonly brokerId: number
  /** By listener name. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly rack: string | null
}

/** A broker's registration, as long as its session lives. */
export class Registration {
  readonly #session: Coordination
  readonly #metadata: AppliedMetadata
  readonly #brokerId: number
  #node: RegistrationNode

  private constructor(
    session: Coordination,
    metadata: AppliedMetadata,
    brokerId: number,
    node: RegistrationNode,
  ) {
    this.#session = session
    this.#metadata = metadata
    this.#brokerId = brokerId
    this.#node = node
  }

  /**
   * Registers. Rejects with a WorldError 'already-exists' when another
   * broker with this id is running.
   */
  static async open(
    world: World,
    session: Coordination,
    metadata: AppliedMetadata,
    { brokerId, endpoints, rack }: RegistrationSpec,
  ): Promise<Registration> {
    const incarnation = uuidFromBytes(world.random.bytes(16))
    const node: RegistrationNode = { endpoints, rack, incarnation, state: 'active' }
    const path = brokerPath(brokerId)
    const operation: Operation = {
      kind: 'create',
      path,
      data: formatRegistration(node),
      ephemeral: true,
    }
    const result = await session.multi([operation])
    if (!result.ok) {
      throw new WorldError(
        'already-exists',
        path,
        `A broker with id ${brokerId} is registered already.`,
      )
    }
    return new Registration(session, metadata, brokerId, node)
  }

  /** Tells that the broker is about to stop. Resolves when its own view has that. */
  async drain(): Promise<void> {
    this.#node = { ...this.#node, state: 'draining' }
    const path = brokerPath(this.#brokerId)
    const data = formatRegistration(this.#node)
    await this.#session.multi([{ kind: 'set', path, data, version: -1 }])
    await this.#metadata.caughtUp()
  }

  /** Resolves when the controller has taken note of this incarnation: the broker is live in its own view. */
  live(): Promise<void> {
    const isLive = (): boolean => {
      const broker = this.#metadata.broker(this.#brokerId)
      return broker?.incarnation === this.#node.incarnation && !broker.fenced
    }
    if (isLive()) return Promise.resolve()
    return new Promise((resolve) => {
      const stop = this.#metadata.onChange(() => {
        if (!isLive()) return
        stop()
        resolve()
      })
    })
  }
}
