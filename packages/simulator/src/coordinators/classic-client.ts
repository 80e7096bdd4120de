// A member of the classic protocol, eager: it gives up everything before it joins again, and whoever leads assigns.

import { ConsumerProtocolAssignment, errorName, KafkaError } from '@samsa/protocol'
import {
  GROUP,
  Lost,
  PARTITIONS,
  SESSION_TIMEOUT_MS,
  SimulatedClient,
  type Stage,
  TOPIC,
} from './client.ts'

const INTERVAL_MS = 1_000

/** The consumer protocol's subscription to the topic, version 0. */
const SUBSCRIPTION = Buffer.concat([
  Buffer.from([0, 0, 0, 0, 0, 1, 0, TOPIC.length]),
  Buffer.from(TOPIC),
  Buffer.from([0xff, 0xff, 0xff, 0xff]),
])

function writeAssignment(partitions: readonly number[]): Buffer {
  const assignedPartitions = [{ topic: TOPIC, partitions }]
  const body = ConsumerProtocolAssignment.encode(0, { assignedPartitions, userData: null })
  return Buffer.concat([Buffer.alloc(2), body])
}

function readAssignment(bytes: Buffer): readonly number[] {
  if (bytes.length === 0) return []
  const { assignedPartitions } = ConsumerProtocolAssignment.decode(bytes.readInt16BE(0), bytes, 2)
  return assignedPartitions.flatMap(({ partitions }) => partitions)
}

/** A consumer of the old protocol. */
export class ClassicClient extends SimulatedClient {
  async live(): Promise<void> {
    while (!this.isStopped) {
      try {
        await this.#joinAndSync()
        while (!this.isStopped) {
          await this.#beat()
          if (this.isStopped) return
          await this.fetchOffsets()
          await this.commitSomething()
          await this.stage.clock.sleep(INTERVAL_MS)
        }
      } catch (error) {
        this.releaseAll()
        if (error instanceof KafkaError) this.#forget(error)
        else if (!(error instanceof Lost)) throw error
        await this.stage.clock.sleep(200)
      }
    }
  }

  /** Leaves in order. */
  async leave(): Promise<void> {
    this.kill()
    const { memberId } = this
    const leaving = [{ memberId, groupInstanceId: null, reason: null }]
    await this.attempt(() => this.stage.coordinator.leaveGroup(GROUP, leaving))
  }

  #forget(error: KafkaError): void {
    if (['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'].includes(error.name)) {
      this.memberId = ''
    }
  }

  async #joinAndSync(): Promise<void> {
    const { coordinator, history, clock } = this.stage
    const join = {
      groupId: GROUP,
      memberId: this.memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocols: [{ name: 'range', metadata: SUBSCRIPTION }],
      sessionTimeoutMs: SESSION_TIMEOUT_MS,
      // Longer than the session: whoever has not heard of a rebalance by then is out already.
      rebalanceTimeoutMs: 3 * SESSION_TIMEOUT_MS,
      reason: null,
      clientId: this.name,
      clientHost: '/127.0.0.1',
      requiresKnownMemberId: true,
      supportsSkippingAssignment: true,
    }
    // No copy comes later: in a consumer group a JoinGroup says that everything was given up (KIP-848).
    const joined = await this.call(() => coordinator.joinGroup(join))
    const code = errorName(joined.errorCode)
    if (code === 'MEMBER_ID_REQUIRED') {
      this.memberId = joined.memberId
      throw new Lost()
    }
    if (code !== 'NONE') throw new KafkaError(code)
    this.memberId = joined.memberId
    this.epoch = joined.generationId
    const members = joined.members.map(({ memberId }) => memberId)
    const assignments = members.map((memberId, index) => {
      const mine = Array.from({ length: PARTITIONS }, (_, i) => i)
      const share = mine.filter((partition) => partition % members.length === index)
      return { memberId, assignment: writeAssignment(share) }
    })
    const sentMs = clock.monotonic()
    const sync = {
      groupId: GROUP,
      generationId: this.epoch,
      memberId: this.memberId,
      groupInstanceId: null,
      protocolType: 'consumer',
      protocolName: 'range',
      assignments,
    }
    const synced = await this.call(() => coordinator.syncGroup(sync))
    this.#lateCopy(sync.generationId, async () => {
      const { errorCode } = await coordinator.syncGroup(sync)
      if (errorCode !== 0) throw KafkaError.of(errorCode)
    })
    const syncCode = errorName(synced.errorCode)
    if (syncCode !== 'NONE') throw new KafkaError(syncCode)
    history.told(this.memberId, this.epoch)
    this.hasLapsed = false
    this.keepLease(sentMs + SESSION_TIMEOUT_MS)
    if (this.isStopped || clock.monotonic() >= this.leaseUntilMs) throw new Lost()
    const assigned = readAssignment(synced.assignment)
    // In a consumer group nobody leads, and an epoch's assignment may come in parts.
    if (joined.leader !== '') history.assigned(this.epoch, this.memberId, assigned.join(' '))
    this.acquire(assigned)
  }

  /** Another copy of a request that is refused once its generation is over. */
  #lateCopy(generation: number, run: () => Promise<void>): void {
    const { history } = this.stage
    const { memberId } = this
    let last = -1
    const arrive = (): Promise<void> => {
      last = history.lastTold(memberId)
      return run()
    }
    void this.copyLater(arrive, () => history.taken(generation, last))
  }

  async #beat(): Promise<void> {
    const { clock, coordinator } = this.stage
    // What it had to give up it only gets back by joining again.
    if (this.checkLease() || this.hasLapsed) throw new Lost()
    const sentMs = clock.monotonic()
    const isAlive = await this.#heartbeat(coordinator)
    const leaseUntilMs = sentMs + SESSION_TIMEOUT_MS
    if (isAlive && leaseUntilMs > this.leaseUntilMs) this.keepLease(leaseUntilMs)
    if (this.checkLease() || this.hasLapsed) throw new Lost()
  }

  async #heartbeat(coordinator: Stage['coordinator']): Promise<boolean> {
    try {
      const { epoch: generationId, memberId } = this
      const request = { groupId: GROUP, generationId, memberId, groupInstanceId: null }
      await this.call(() => coordinator.heartbeat(request))
      this.#lateCopy(generationId, () => coordinator.heartbeat(request))
      return true
    } catch (error) {
      if (error instanceof Lost) return false
      const isAway = [
        'NOT_COORDINATOR',
        'COORDINATOR_LOAD_IN_PROGRESS',
        'COORDINATOR_NOT_AVAILABLE',
      ]
      if (error instanceof KafkaError && isAway.includes(error.name)) return false
      throw error
    }
  }
}
