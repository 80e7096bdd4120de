// A member of the consumer protocol (KIP-848): heartbeats that carry everything, partitions given up before others are
// taken, and a new start when it is fenced.

import { KafkaError } from '@samsa/protocol'
import {
  GROUP,
  Lost,
  PARTITIONS,
  SESSION_TIMEOUT_MS,
  SimulatedClient,
  type Stage,
  TOPIC,
} from './client.ts'

/** How often it sends a heartbeat. */
const INTERVAL_MS = 1_000

/** A consumer of the new protocol. */
export class ConsumerClient extends SimulatedClient {
  async live(): Promise<void> {
    this.memberId = this.name
    this.epoch = 0
    while (!this.isStopped) {
      await this.#beat()
      if (this.isStopped) return
      await this.fetchOffsets()
      await this.commitSomething()
      await this.stage.clock.sleep(INTERVAL_MS)
    }
  }

  /** Leaves in order. */
  async leave(): Promise<void> {
    this.kill()
    this.epoch = -1
    await this.attempt(this.#heartbeat())
  }

  async #beat(): Promise<void> {
    this.checkLease()
    const sentMs = this.stage.clock.monotonic()
    try {
      const { memberEpoch, assignment } = await this.call(this.#heartbeat())
      if (this.isStopped) return
      const leaseUntilMs = sentMs + SESSION_TIMEOUT_MS
      if (this.stage.clock.monotonic() >= leaseUntilMs) return
      this.keepLease(leaseUntilMs)
      this.epoch = memberEpoch
      if (assignment !== null) this.#follow(assignment[0]?.partitions ?? [])
    } catch (error) {
      if (error instanceof Lost) return
      if (!(error instanceof KafkaError)) throw error
      const isOut = ['FENCED_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID', 'GROUP_ID_NOT_FOUND']
      if (!isOut.includes(error.name)) return
      this.releaseAll()
      this.epoch = 0
    }
  }

  /** The heartbeat that tells how things are now, however often it is sent. */
  #heartbeat(): () => ReturnType<Stage['coordinator']['consumerHeartbeat']> {
    const { coordinator, topicId } = this.stage
    const owned = this.owned.size === 0 ? [] : [{ topicId, partitions: [...this.owned] }]
    const request = {
      groupId: GROUP,
      memberId: this.memberId,
      memberEpoch: this.epoch,
      instanceId: null,
      rackId: null,
      rebalanceTimeoutMs: 5 * SESSION_TIMEOUT_MS,
      subscribedTopicNames: [TOPIC],
      subscribedTopicRegex: null,
      serverAssignor: null,
      owned,
      clientId: this.name,
      clientHost: '/127.0.0.1',
      mayDescribe: () => true,
    }
    return () => coordinator.consumerHeartbeat(request)
  }

  #follow(assigned: readonly number[]): void {
    for (const partition of this.owned) if (!assigned.includes(partition)) this.release(partition)
    this.acquire(assigned.filter((partition) => partition < PARTITIONS))
  }
}
