// A member of a classic group that does what the protocol asks and nothing else: join, sync, heartbeat, and join again
// when the group rebalances.

import { setTimeout as delay } from 'node:timers/promises'
import { KafkaConnection } from '@samsa/network'
import {
  ConsumerProtocolSubscription,
  errorCode,
  Heartbeat,
  JoinGroup,
  SyncGroup,
} from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'

const subscription = Buffer.concat([
  Buffer.from([0, 0]),
  ConsumerProtocolSubscription.encode(0, { topics: ['load'] }),
])
/** An assignment of nothing, version 0. */
const nothing = Buffer.from([0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff])
const heartbeatMs = 100

/** One member on a connection of its own. */
export class ClassicMember implements AsyncDisposable {
  readonly groupId: string
  /** The generation for which it holds an assignment; -1 while it has none. */
  generation = -1
  readonly #connection: KafkaConnection
  #memberId = ''
  #isClosed = false

  private constructor(groupId: string, connection: KafkaConnection) {
    this.groupId = groupId
    this.#connection = connection
  }

  static async connect(port: number, groupId: string): Promise<ClassicMember> {
    const connection = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
    return new ClassicMember(groupId, connection)
  }

  /** Takes part in the group until it is closed. Rejects with what the broker refused. */
  async run(): Promise<void> {
    while (!this.#isClosed) {
      this.generation = -1
      if (await this.#join()) await this.#stay()
    }
  }

  /** True when it has an assignment. */
  async #join(): Promise<boolean> {
    const join = await this.#connection.send(JoinGroup, 9, {
      groupId: this.groupId,
      sessionTimeoutMs: 30_000,
      rebalanceTimeoutMs: 30_000,
      memberId: this.#memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: subscription }],
      reason: null,
    })
    if (join.memberId !== '') this.#memberId = join.memberId
    if (!isAllowed(join.errorCode)) return false
    const sync = await this.#connection.send(SyncGroup, 5, {
      groupId: this.groupId,
      generationId: join.generationId,
      memberId: this.#memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments: join.members.map(({ memberId }) => ({ memberId, assignment: nothing })),
    })
    if (!isAllowed(sync.errorCode)) return false
    this.generation = join.generationId
    return true
  }

  async #stay(): Promise<void> {
    while (!this.#isClosed) {
      await delay(heartbeatMs)
      if (this.#isClosed) return
      const answer = await this.#connection.send(Heartbeat, 4, {
        groupId: this.groupId,
        generationId: this.generation,
        memberId: this.#memberId,
        groupInstanceId: null,
      })
      if (!isAllowed(answer.errorCode)) return
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#connection.close()
  }
}

const joinAgain = new Set([
  errorCode('MEMBER_ID_REQUIRED'),
  errorCode('REBALANCE_IN_PROGRESS'),
  errorCode('COORDINATOR_LOAD_IN_PROGRESS'),
  errorCode('COORDINATOR_NOT_AVAILABLE'),
  errorCode('NOT_COORDINATOR'),
  errorCode('ILLEGAL_GENERATION'),
])

/** Whether it succeeded; false to join again. */
function isAllowed(code: number): boolean {
  if (code === 0) return true
  if (joinAgain.has(code)) return false
  throw new Error(`the group refused with error ${code}`)
}
