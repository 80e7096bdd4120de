// A member of a KIP-848 group: one request, ConsumerGroupHeartbeat, by which it joins, says what it has, and hears what it
// is to have. The coordinator assigns; the member gives up what it is to lose, then takes what is new.
//
// Invariants: heartbeats go on while partitions are given up or taken; one such change is under way at a time; after the
// coordinator has fenced the member nothing that it held counts.

import {
  ConsumerGroupHeartbeat,
  errorName,
  type ErrorName,
  KafkaError,
  type ResponseOf,
} from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import { Alarm } from './alarm.ts'
import { brokerPattern, HeartbeatFields, type MemberView } from './consumer-heartbeat.ts'
import type { GroupCoordinator } from './group-coordinator.ts'
import { meaningOf } from './group-error.ts'
import {
  type GroupPlan,
  longestLeaveMs,
  type Membership,
  type PartitionHolder,
  without,
} from './membership.ts'
import type { SubscribedTopics } from './subscribed-topics.ts'
import { type TopicIdPartitions, TopicIds } from './topic-ids.ts'
import type { GroupMetadata } from '../transactions/sent-offsets.ts'

const joining = 0
const leaving = -1
const leavingForAWhile = -2

/** Keeps one member in its KIP-848 group. */
export class ConsumerMembership implements Membership {
  readonly #cluster: Cluster
  readonly #coordinator: GroupCoordinator
  readonly #plan: GroupPlan
  readonly #subscription: SubscribedTopics
  readonly #holder: PartitionHolder
  readonly #refused: ((error: KafkaError) => boolean) | undefined
  readonly #lane: number
  readonly #alarm: Alarm
  readonly #end = new AbortController()
  readonly #fields: HeartbeatFields
  readonly #ids: TopicIds
  #memberId = ''
  #epoch = joining
  #intervalMs: number
  /** What the coordinator wants this member to have. */
  #target: readonly TopicIdPartitions[] | undefined
  #changing: Promise<void> | undefined
  /** Names that match the pattern, where the broker cannot match it itself. */
  #matched: readonly string[] | undefined
  #matchedAtMs = 0
  #running: Promise<void> | undefined

  /** `refused` is asked about an error of the first heartbeat; if it says yes, the member ends without a word. */
  constructor(
    cluster: Cluster,
    coordinator: GroupCoordinator,
    plan: GroupPlan,
    context: {
      readonly subscription: SubscribedTopics
      readonly holder: PartitionHolder
      readonly refused?: ((error: KafkaError) => boolean) | undefined
    },
  ) {
    this.#cluster = cluster
    this.#coordinator = coordinator
    this.#plan = plan
    this.#subscription = context.subscription
    this.#holder = context.holder
    this.#refused = context.refused
    this.#lane = cluster.newLane()
    this.#alarm = new Alarm(cluster.world.clock)
    this.#fields = new HeartbeatFields(plan)
    this.#ids = new TopicIds(cluster)
    this.#intervalMs = plan.heartbeatIntervalMs
  }

  get metadata(): GroupMetadata {
    const { groupId, groupInstanceId = null } = this.#plan
    const isMember = this.#epoch > 0
    const generationId = isMember ? this.#epoch : -1
    return { groupId, generationId, memberId: isMember ? this.#memberId : '', groupInstanceId }
  }

  start(): void {
    this.#running ??= this.#run()
  }

  rejoin(): void {
    this.#matched = undefined
    this.#alarm.ring()
  }

  async close(): Promise<void> {
    if (this.#end.signal.aborted) return await this.#running
    this.#end.abort(new WorldError('closed', 'consumer', 'The consumer is closed.'))
    this.#alarm.ring()
    await this.#running
    await this.#changing
    await this.#holder.revoke(this.#holder.held)
    await this.#leave()
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
        await this.#beat()
        failures = 0
      } catch (error) {
        this.#fields.forget()
        if (this.#isOver) return
        if (!(error instanceof WorldError || error instanceof KafkaError)) throw error
        if (!this.#coordinator.passes(error)) {
          if (!(await this.#recover(error))) return
          continue
        }
        failures += 1
        await this.#cluster.pause(failures, this.#patience()).catch(() => {})
        continue
      }
      await this.#rest()
    }
  }

  #patience(ms: number = Number.POSITIVE_INFINITY): Patience {
    return { deadlineMs: this.#nowMs + ms, signal: this.#end.signal }
  }

  get #nowMs(): number {
    return this.#cluster.world.clock.monotonic()
  }

  /** Until the next heartbeat is due, or there is something to be said. */
  async #rest(): Promise<void> {
    const dueMs = this.#nowMs + this.#intervalMs
    while (!this.#isOver) {
      const stallsInMs = this.#holder.stallsAtMs - this.#nowMs
      if (stallsInMs <= 0) return await this.#stall()
      const leftMs = dueMs - this.#nowMs
      if (leftMs <= 0) return
      await this.#alarm.wait(Math.min(leftMs, stallsInMs))
      if (this.#fields.hasNews(this.#view())) return
    }
  }

  /** What to do about an error that does not pass; false when that was the end. */
  async #recover(error: KafkaError | WorldError): Promise<boolean> {
    const name: ErrorName = error instanceof KafkaError ? error.name : 'NETWORK_EXCEPTION'
    const meaning = meaningOf(name)
    if (meaning === 'outdated' || meaning === 'unknown') {
      await this.#lose()
      return true
    }
    if (name === 'UNRELEASED_INSTANCE_ID') {
      // Who had the instance id before has not been given up yet: its session will end.
      await this.#cluster.pause(8, this.#patience()).catch(() => {})
      return true
    }
    if (name === 'INVALID_REGULAR_EXPRESSION' && this.#matched === undefined) {
      // JavaScript's patterns can more than the broker's: then this member looks names up itself.
      this.#matched = []
      return true
    }
    const isRefused = error instanceof KafkaError && this.#epoch === joining
    if (isRefused && this.#refused?.(error) === true) {
      void this.#cluster.closeLane(this.#lane)
      return false
    }
    await this.#lose()
    this.#holder.failed(error)
    return false
  }

  async #beat(): Promise<void> {
    const link = await this.#coordinator.link(this.#lane, this.#patience())
    const version = link.version(ConsumerGroupHeartbeat)
    // From version 1 on the member chooses its id, once.
    if (this.#memberId === '' && version >= 1) {
      this.#memberId = this.#cluster.world.random.bytes(16).toString('base64url')
    }
    if (this.#subscription.choice instanceof RegExp) await this.#match(version)
    const view = this.#view()
    const answer = await this.#cluster.until(
      link
        .sendVersion(ConsumerGroupHeartbeat, version, this.#fields.request(view))
        .catch((error: unknown) => {
          if (error instanceof WorldError) this.#coordinator.lost()
          throw error
        }),
      this.#patience(),
    )
    const error = errorName(answer.errorCode)
    if (error !== 'NONE') {
      const sentence = answer.errorMessage ?? new KafkaError(error).message
      throw new KafkaError(error, `Group ${this.#plan.groupId}: ${sentence}`)
    }
    this.#fields.heard(view)
    this.#take(answer)
  }

  #take(answer: ResponseOf<typeof ConsumerGroupHeartbeat>): void {
    this.#memberId = answer.memberId ?? this.#memberId
    this.#epoch = answer.memberEpoch
    if (answer.heartbeatIntervalMs > 0) this.#intervalMs = answer.heartbeatIntervalMs
    if (answer.assignment !== null) this.#target = answer.assignment.topicPartitions
    if (this.#target !== undefined) this.#changing ??= this.#change()
  }

  /** Looks up what matches a pattern that the broker is not asked to match. */
  async #match(version: number): Promise<void> {
    if (version >= 1 && this.#matched === undefined) return
    const { metadataMaxAgeMs } = this.#cluster.settings
    const isFresh = this.#nowMs - this.#matchedAtMs < metadataMaxAgeMs
    if (isFresh && this.#matched !== undefined && this.#matched.length > 0) return
    this.#matched = await this.#subscription.names(this.#patience(this.#plan.defaultApiTimeoutMs))
    this.#matchedAtMs = this.#nowMs
  }

  #view(): MemberView {
    const { choice } = this.#subscription
    const names = choice instanceof RegExp ? this.#matched : [...choice].sort()
    const subscription =
      choice instanceof RegExp && names === undefined ? { pattern: brokerPattern(choice) } : names
    const memberEpoch = this.#epoch
    const owned = memberEpoch === joining ? [] : this.#ids.toIds(this.#holder.held)
    return { memberId: this.#memberId, memberEpoch, subscription: subscription ?? [], owned }
  }

  /** Brings what is held to what is wanted. Never rejects. */
  async #change(): Promise<void> {
    try {
      for (let target = this.#target; target !== undefined && !this.#isOver; ) {
        this.#target = undefined
        const patience = this.#patience(this.#plan.defaultApiTimeoutMs)
        const { partitions, isWhole } = await this.#ids.toNames(target, patience)
        if (this.#target === undefined) {
          await this.#apply(partitions)
          // A topic that no broker knows yet will be known soon.
          if (!isWhole && this.#target === undefined) this.#target = target
          if (!isWhole) return
        }
        target = this.#target
      }
    } catch (error) {
      if (!(error instanceof WorldError || error instanceof KafkaError)) throw error
      this.#fields.forget()
    } finally {
      this.#changing = undefined
      this.#alarm.ring()
    }
  }

  async #apply(partitions: readonly { topic: string; partition: number }[]): Promise<void> {
    const { held } = this.#holder
    const revoked = without(held, partitions)
    if (revoked.length > 0) {
      await this.#holder.revoke(revoked)
      // Who is to have them waits for the heartbeat that says so.
      this.#alarm.ring()
    }
    if (this.#isOver || this.#epoch <= joining) return
    await this.#holder.assign(without(partitions, this.#holder.held))
  }

  async #stall(): Promise<void> {
    this.#holder.stalled()
    await this.#leave()
    await this.#lose()
  }

  /** The group went on without this member. */
  async #lose(): Promise<void> {
    this.#epoch = joining
    this.#target = undefined
    this.#fields.forget()
    await this.#changing
    await this.#holder.lose(this.#holder.held)
  }

  /** Says good-bye. Never rejects. */
  async #leave(): Promise<void> {
    if (this.#epoch <= joining) return
    const memberEpoch = this.#plan.groupInstanceId === undefined ? leaving : leavingForAWhile
    const view = { ...this.#view(), memberEpoch }
    this.#epoch = joining
    try {
      const deadlineMs = this.#nowMs + longestLeaveMs
      await this.#coordinator.ask(ConsumerGroupHeartbeat, this.#fields.request(view), this.#lane, {
        deadlineMs,
      })
    } catch (error) {
      // The group will notice when the session is over.
      if (!(error instanceof WorldError || error instanceof KafkaError)) throw error
    }
  }
}
