// A broker makes itself known: the ephemeral node that says where it is reached. It counts as live once the controller
// has taken note of this incarnation, which ends whatever the broker led in an earlier life.

import type { Coordination, Operation } from '@samsa/coordination'
import { uuidFromBytes } from '@samsa/protocol'
import { type World, WorldError } from '@samsa/world'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { formatRegistration, type RegistrationNode } from '../metadata/broker-nodes.ts'
import type { Endpoint } from '../metadata/metadata-view.ts'
import { brokerPath } from '../metadata/paths.ts'
import type { EarlierLife } from './lost-replica.ts'

/** What a broker tells of itself. */
export interface RegistrationSpec {
  readonly brokerId: number
  /** By listener name. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly rack: string | null
  /** What may be missing in this broker's logs. */
  readonly earlierLife: EarlierLife
  /** How long to wait for a registration of this id that stands already: a life that was killed is missed after a while. */
  readonly staleRegistrationMs: number
}

/** How often a registration that stands in the way is looked at, in milliseconds. */
const lookAgainMs = 100

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

  /** Registers. Rejects with a WorldError 'already-exists' when another broker with this id is running. */
  static async open(
    world: World,
    session: Coordination,
    metadata: AppliedMetadata,
    { brokerId, endpoints, rack, earlierLife, staleRegistrationMs }: RegistrationSpec,
  ): Promise<Registration> {
    const incarnation = uuidFromBytes(world.random.bytes(16))
    const node: RegistrationNode = {
      endpoints,
      rack,
      incarnation,
      state: 'active',
      ...earlierLife,
    }
    const data = formatRegistration(node)
    do {
      await claim(world, session, { brokerId, data, staleRegistrationMs })
      await metadata.caughtUp()
      // A session that expired meanwhile took its node along, before anybody could have been told.
    } while (!(await stands(session, brokerPath(brokerId), data)))
    return new Registration(session, metadata, brokerId, node)
  }

  /**
   * Tells that the broker is about to stop. Resolves when its own view has that, and nothing is led here any more that
   * another broker could lead.
   */
  async drain(): Promise<void> {
    this.#node = { ...this.#node, state: 'draining' }
    const path = brokerPath(this.#brokerId)
    const data = formatRegistration(this.#node)
    await tell(this.#session, { kind: 'set', path, data, version: -1 })
    await this.#metadata.caughtUp()
    await this.#when(() => !this.#leadsForNobodyElse())
  }

  /** Resolves when the controller has taken note of this incarnation (the broker is live in its own view), or never will. */
  live(): Promise<void> {
    return this.#when(() => {
      const broker = this.#metadata.broker(this.#brokerId)
      return broker?.incarnation === this.#node.incarnation && !broker.fenced
    })
  }

  #leadsForNobodyElse(): boolean {
    const isServing = (id: number): boolean => {
      const broker = this.#metadata.broker(id)
      return broker !== undefined && !broker.fenced && !broker.draining
    }
    for (const { partitions } of this.#metadata.topics()) {
      for (const { leader, isr } of partitions) {
        if (leader === this.#brokerId && isr.some(isServing)) return true
      }
    }
    return false
  }

  #when(holds: () => boolean): Promise<void> {
    if (holds()) return Promise.resolve()
    return new Promise((resolve) => {
      const stop = this.#metadata.onChange(() => {
        if (holds()) done()
      })
      const stopWatching = this.#session.onState((state) => {
        if (state === 'expired' || state === 'closed') done()
      })
      function done(): void {
        stop()
        stopWatching()
        resolve()
      }
    })
  }
}

/** Whether the node is there, in the session there is now. */
async function stands(session: Coordination, path: string, data: Buffer): Promise<boolean> {
  const node = await session.get(path)
  return node?.stat.ephemeralOwner === session.sessionId && node.data.equals(data)
}

/** Creates the ephemeral node in this session, whatever becomes of connections on the way. */
async function claim(
  world: World,
  session: Coordination,
  spec: {
    readonly brokerId: number
    readonly data: Buffer
    readonly staleRegistrationMs: number
  },
): Promise<void> {
  const { brokerId, data, staleRegistrationMs } = spec
  const path = brokerPath(brokerId)
  const create: Operation = { kind: 'create', path, data, ephemeral: true }
  const deadline = world.clock.monotonic() + staleRegistrationMs
  for (let isTold = false; ; isTold = true) {
    const standing = await session.get(path)
    if (standing === undefined) {
      if (await isDone(session, [create])) return
      continue
    }
    if (standing.stat.ephemeralOwner === session.sessionId) {
      // A creation whose answer was lost.
      if (standing.data.equals(data)) return
      // An earlier registration of this very broker, in this very session.
      if (await isDone(session, [{ kind: 'delete', path, version: -1 }, create])) return
      continue
    }
    if (world.clock.monotonic() >= deadline) {
      const message = `A broker with id ${brokerId} is registered already.`
      throw new WorldError('already-exists', path, message)
    }
    if (!isTold) {
      world.logger.warn(
        { brokerId, waitMs: staleRegistrationMs },
        'A broker with this id is registered: an earlier life of this one, or another broker.',
      )
    }
    await world.clock.sleep(lookAgainMs)
  }
}

/** Writes what may be written twice: after a lost answer it is written again. */
async function tell(session: Coordination, operation: Operation): Promise<void> {
  for (;;) {
    try {
      await session.multi([operation])
      return
    } catch (error) {
      if (!(error instanceof WorldError) || error.kind !== 'reset') throw error
    }
  }
}

async function isDone(session: Coordination, operations: readonly Operation[]): Promise<boolean> {
  try {
    return (await session.multi(operations)).ok
  } catch (error) {
    if (error instanceof WorldError && error.kind === 'reset') return false
    throw error
  }
}
