// A member of a classic group (JoinGroup, SyncGroup, Heartbeat, LeaveGroup), in the background.
//
//   outside ──join──▶ stable ──rebalance──▶ gives up (eager: all; cooperative: what it lost) ──join──▶ …
//      ▲                │ reader stalled: leaves, comes back when somebody reads
//      └── fenced ──────┘ partitions lost
//
// Invariants: heartbeats go on while partitions are given up; a partition is never held in two generations unless the
// cooperative protocol left it with this member in both.

import { KafkaError, LeaveGroup } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { Cluster } from '../cluster/cluster.ts'
import { Alarm } from './alarm.ts'
import { ClassicHeartbeat } from './classic-heartbeat.ts'
import { ClassicJoin, type Joined, JoinFailure } from './classic-join.ts'
import type { GroupCoordinator } from './group-coordinator.ts'
import { type Meaning, meaningOf } from './group-error.ts'
import {
  type GroupPlan,
  longestLeaveMs,
  type Membership,
  type PartitionHolder,
  without,
} from './membership.ts'
import { describeTopics, type SubscribedTopics } from './subscribed-topics.ts'
import type { GroupMetadata } from '../transactions/sent-offsets.ts'

/** Keeps one member in its classic group. */
export class ClassicMembership implements Membership {
  readonly #cluster: Cluster
  readonly #coordinator: GroupCoordinator
  readonly #plan: GroupPlan
  readonly #subscription: SubscribedTopics
  readonly #holder: PartitionHolder
  readonly #lane: number
  readonly #alarm: Alarm
  readonly #join: ClassicJoin
  readonly #end = new AbortController()
  #memberId = ''
  #generationId = -1
  #heartbeat: ClassicHeartbeat | undefined
  #mustRejoin = false
  #running: Promise<void> | undefined

  constructor(
    cluster: Cluster,
    coordinator: GroupCoordinator,
    plan: GroupPlan,
    context: { readonly subscription: SubscribedTopics; readonly holder: PartitionHolder },
  ) {
    this.#cluster = cluster
    this.#coordinator = coordinator
    this.#plan = plan
    this.#subscription = context.subscription
    this.#holder = context.holder
    this.#lane = cluster.newLane()
    this.#alarm = new Alarm(cluster.world.clock)
    const { subscription } = context
    this.#join = new ClassicJoin(cluster, coordinator, plan, { subscription, lane: this.#lane })
  }

  get metadata(): GroupMetadata {
    const { groupId, groupInstanceId = null } = this.#plan
    const generationId = this.#generationId
    return { groupId, generationId, memberId: this.#memberId, groupInstanceId }
  }

  start(): void {
    this.#running ??= this.#run()
  }

  rejoin(): void {
    this.#mustRejoin = true
    this.#alarm.ring()
  }

  async close(): Promise<void> {
    if (this.#end.signal.aborted) return await this.#running
    this.#end.abort(new WorldError('closed', 'consumer', 'The consumer is closed.'))
    this.#alarm.ring()
    await this.#running
    // Heartbeats go on until everything is committed.
    await this.#holder.revoke(this.#holder.held)
    this.#heartbeat?.stop()
    await this.#leave('The consumer is closed.')
    await this.#cluster.closeLane(this.#lane)
  }

  get #isOver(): boolean {
    return this.#end.signal.aborted || this.#cluster.ended.aborted
  }

  /** Never rejects for anything but a bug. */
  async #run(): Promise<void> {
    for (let failures = 0; !this.#isOver; ) {
      try {
        await this.#cluster.until(this.#holder.wanted(), this.#patience())
        if (await this.#enter()) failures = 0
        else failures += 1
        if (failures === 0) await this.#stay()
      } catch (error) {
        if (this.#isOver) return
        if (!(error instanceof WorldError || error instanceof KafkaError)) throw error
        if (!this.#coordinator.passes(error)) return await this.#fail(error)
        failures += 1
      }
      if (failures > 0) await this.#pause(failures)
    }
  }

  #patience(): { readonly deadlineMs: number; readonly signal: AbortSignal } {
    return { deadlineMs: Number.POSITIVE_INFINITY, signal: this.#end.signal }
  }

  async #pause(failures: number): Promise<void> {
    await this.#cluster.pause(failures, this.#patience()).catch((error: unknown) => {
      if (!this.#isOver) throw error
    })
  }

  async #fail(error: Error): Promise<void> {
    this.#forget('unknown')
    await this.#holder.lose(this.#holder.held)
    this.#holder.failed(error)
  }

  /** Joins until the group takes it; false where it is worth another try after a pause. */
  async #enter(): Promise<boolean> {
    while (!this.#isOver) {
      this.#mustRejoin = false
      await this.#prepare()
      this.#heartbeat?.stop()
      const candidate = { memberId: this.#memberId, generationId: this.#generationId }
      const held = this.#holder.held
      const joined = await this.#join.attempt({ ...candidate, held }, this.#end.signal)
      if (!(joined instanceof JoinFailure)) {
        await this.#take(joined)
        return true
      }
      this.#memberId = joined.memberId
      const meaning = meaningOf(joined.error.name)
      if (meaning === 'fatal') throw joined.error
      if (meaning === 'outdated' || meaning === 'unknown') await this.#lose(meaning)
      if (meaning === 'find' || meaning === 'later') return !this.#coordinator.passes(joined.error)
    }
    return false
  }

  /** Gives up what has to be given up before joining, while heartbeats go on. */
  async #prepare(): Promise<void> {
    const { held } = this.#holder
    if (held.length === 0) return
    const isEager = this.#plan.assignors.some(({ protocol }) => protocol === 'eager')
    if (isEager) return await this.#holder.revoke(held)
    const { choice } = this.#subscription
    if (choice instanceof RegExp) return
    const unwanted = held.filter(({ topic }) => !choice.includes(topic))
    if (unwanted.length > 0) await this.#holder.revoke(unwanted)
  }

  async #take(joined: Joined): Promise<void> {
    this.#memberId = joined.memberId
    this.#generationId = joined.generationId
    this.#heartbeat = new ClassicHeartbeat(this.#cluster, this.#coordinator, this.#plan, {
      member: this.metadata,
      lane: this.#lane,
      heard: () => this.#alarm.ring(),
    })
    const revoked = without(this.#holder.held, joined.partitions)
    if (revoked.length > 0) {
      await this.#holder.revoke(revoked)
      // Who gets them waits for this member to say that they are free.
      if (joined.assignor.protocol === 'cooperative') this.rejoin()
    }
    await this.#holder.assign(without(joined.partitions, this.#holder.held))
    this.#watch(joined)
  }

  /** Looks now and then whether topics have come, gone or grown, which wants a rebalance. */
  #watch(joined: Joined): void {
    const heartbeat = this.#heartbeat
    const { clock } = this.#cluster.world
    const isMissing = [...joined.watched.values()].includes(0)
    const { metadataMaxAgeMs, retryBackoff } = this.#cluster.settings
    const waitMs = isMissing ? Math.min(metadataMaxAgeMs, retryBackoff.maxMs) : metadataMaxAgeMs
    clock.after(waitMs, () => {
      if (this.#isOver || heartbeat !== this.#heartbeat) return
      this.#hasChanged(joined).then(
        (hasChanged) => {
          if (heartbeat !== this.#heartbeat) return
          if (hasChanged) this.rejoin()
          else this.#watch(joined)
        },
        () => {
          if (heartbeat === this.#heartbeat) this.#watch(joined)
        },
      )
    })
  }

  async #hasChanged({ topics, watched }: Joined): Promise<boolean> {
    const deadlineMs = this.#cluster.world.clock.monotonic() + this.#plan.defaultApiTimeoutMs
    const { mayCreateTopics } = this.#plan
    const patience = { deadlineMs, signal: this.#end.signal, mayCreateTopics }
    if (this.#subscription.choice instanceof RegExp) {
      const names = await this.#subscription.names(patience)
      if (names.join() !== topics.join()) return true
    }
    if (watched.size === 0) return false
    const now = await describeTopics(this.#cluster, [...watched.keys()], patience)
    return [...watched].some(([name, count]) => (now.get(name)?.length ?? 0) !== count)
  }

  /** In the group, until something ends that. */
  async #stay(): Promise<void> {
    const { clock } = this.#cluster.world
    while (!this.#isOver) {
      const verdict = this.#heartbeat?.verdict
      if (verdict !== undefined) {
        const meaning = meaningOf(verdict.name)
        if (meaning === 'fatal') throw verdict
        if (meaning !== 'again') await this.#lose(meaning)
        return
      }
      if (this.#mustRejoin) return
      const stallsInMs = this.#holder.stallsAtMs - clock.monotonic()
      if (stallsInMs <= 0) return await this.#stall()
      await this.#alarm.wait(Math.min(stallsInMs, this.#plan.heartbeatIntervalMs))
    }
  }

  async #stall(): Promise<void> {
    this.#holder.stalled()
    this.#heartbeat?.stop()
    await this.#leave(`No record was asked for within ${this.#plan.maxPollIntervalMs} ms.`)
    await this.#lose('unknown')
  }

  async #lose(meaning: Meaning): Promise<void> {
    this.#forget(meaning)
    await this.#holder.lose(this.#holder.held)
  }

  #forget(meaning: Meaning): void {
    this.#heartbeat?.stop()
    this.#heartbeat = undefined
    this.#generationId = -1
    if (meaning === 'unknown') this.#memberId = ''
  }

  /** Tells the group that this member goes; a static member stays one until its session is over. Never rejects. */
  async #leave(reason: string): Promise<void> {
    const { groupId, groupInstanceId } = this.#plan
    const memberId = this.#memberId
    this.#forget('outdated')
    if (memberId === '' || groupInstanceId !== undefined) return
    this.#memberId = ''
    try {
      const { clock } = this.#cluster.world
      const deadlineMs = clock.monotonic() + longestLeaveMs
      const link = await this.#coordinator.link(this.#lane, { deadlineMs })
      const version = link.version(LeaveGroup)
      const member = version < 3 ? { memberId } : { members: [{ memberId, reason }] }
      await this.#cluster.until(link.sendVersion(LeaveGroup, version, { groupId, ...member }), {
        deadlineMs,
      })
    } catch (error) {
      // The group will notice when the session is over.
      if (!(error instanceof WorldError || error instanceof KafkaError)) throw error
    }
  }
}
