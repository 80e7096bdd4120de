// One leadership of a partition: how far the followers are, who is in sync, and what follows for the high watermark and
// for the in-sync set. It ends with its leader epoch; the next one begins knowing nothing of the followers.
//
// Invariant: while a change of the in-sync set is under way, whoever is a member before or after it counts for the high
// watermark (the maximal in-sync set), so that whatever the controller decides, every member has what is committed.

import type { IsrChange } from '../controller/controller.ts'
import type { PartitionImage } from '../metadata/metadata-view.ts'
import { type FollowerFetch, FollowerProgress } from './follower-progress.ts'
import { nextHighWatermark, type ReplicaProgress } from './high-watermark.ts'
import type { ReadableFollower } from './read-replica.ts'

/** How long after a refused change the next one is proposed. */
const refusalBackoffMs = 100

/** What a leadership goes by. */
export interface LeadershipRules {
  readonly brokerId: number
  /** min.insync.replicas of the topic. */
  readonly minInSyncReplicas: () => number
  /** replica.lag.time.max.ms. */
  readonly lagMaxMs: () => number
  /** Epoch of a broker's registration if it may be in sync: registered, not fenced, not about to stop. */
  readonly eligibleEpoch: (brokerId: number) => number | undefined
}

/** Where the leader's log ends, and how far it is committed. */
export interface LeaderLog {
  readonly logEndOffset: number
  readonly highWatermark: number
  /** The log's directory has failed. */
  readonly isOffline?: boolean
}

/** A leader's view of its replicas. */
export class Leadership {
  readonly leaderEpoch: number
  /** Where the log ended when the leadership began. */
  readonly startOffset: number
  readonly #rules: LeadershipRules
  readonly #topicId: string
  readonly #sinceMs: number
  readonly #followers = new Map<number, FollowerProgress>()
  #image: PartitionImage
  #proposed: IsrChange | undefined
  #noProposalBeforeMs = Number.NEGATIVE_INFINITY

  constructor(
    rules: LeadershipRules,
    image: PartitionImage,
    begin: { readonly topicId: string; readonly startOffset: number; readonly nowMs: number },
  ) {
    const { topicId, startOffset, nowMs } = begin
    this.#topicId = topicId
    this.#rules = rules
    this.#image = image
    this.leaderEpoch = image.leaderEpoch
    this.startOffset = startOffset
    this.#sinceMs = nowMs
  }

  /** The change of the in-sync set that is under way. */
  get proposed(): IsrChange | undefined {
    return this.#proposed
  }

  /** Members of the in-sync set as it is committed. */
  get inSyncCount(): number {
    return this.#image.isr.length
  }

  /** Whether a replica is one of them. */
  isInSync(brokerId: number): boolean {
    return this.#image.isr.includes(brokerId)
  }

  /** min.insync.replicas, but never more than there are replicas at all. */
  get minimum(): number {
    return Math.min(this.#rules.minInSyncReplicas(), this.#image.replicas.length)
  }

  /** The partition's state has changed, but not its leader. Whatever was proposed is decided. */
  update(image: PartitionImage): void {
    if (image.partitionEpoch > this.#image.partitionEpoch) this.#proposed = undefined
    this.#image = image
    for (const id of this.#followers.keys()) {
      if (!image.replicas.includes(id)) this.#followers.delete(id)
    }
  }

  /** Takes note of a follower's fetch. False if it is not a replica, or if an earlier life of it has fetched. */
  fetched(replicaId: number, fetch: FollowerFetch): boolean {
    if (!this.#image.replicas.includes(replicaId)) return false
    let follower = this.#followers.get(replicaId)
    if (follower === undefined) {
      follower = new FollowerProgress(this.#caughtUpAtStart(replicaId))
      this.#followers.set(replicaId, follower)
    }
    return follower.fetched(fetch)
  }

  /** The in-sync followers of which consumers could read at this offset. */
  readableFollowers(offset: number): ReadableFollower[] {
    const readable: ReadableFollower[] = []
    for (const brokerId of this.#image.isr) {
      const follower = this.#followers.get(brokerId)
      if (follower === undefined) continue
      const { logStartOffset, logEndOffset, caughtUpAtMs } = follower
      if (logStartOffset > offset || logEndOffset < offset) continue
      readable.push({ brokerId, logEndOffset, caughtUpAtMs })
    }
    return readable
  }

  /** How far is committed now. */
  highWatermark({ logEndOffset, highWatermark }: LeaderLog, nowMs: number): number {
    // Most followers of a quiet partition only say again that they have everything.
    if (highWatermark === logEndOffset) return highWatermark
    const inSync: ReplicaProgress[] = [{ logEndOffset }]
    for (const id of this.#image.replicas) {
      if (id === this.#rules.brokerId) continue
      const follower = this.#followers.get(id)
      const counts = this.#isMember(id) || this.#isAboutToJoin(id, follower, logEndOffset, nowMs)
      if (counts) inSync.push(follower ?? { logEndOffset: -1 })
    }
    const committed = this.inSyncCount
    return nextHighWatermark(highWatermark, inSync, { committed, minimum: this.minimum })
  }

  /**
   * The change of the in-sync set that should be proposed now; it then counts as proposed. `fetching` is the follower
   * that has just fetched: nobody else can join, for what is known of him is old. A leader whose log is offline leaves the
   * set to the others, and so gives up the leadership.
   */
  propose(log: LeaderLog, nowMs: number, fetching = -1): IsrChange | undefined {
    if (this.#proposed !== undefined || nowMs < this.#noProposalBeforeMs) return undefined
    const { isr, replicas, recovering = false } = this.#image
    const isOffline = log.isOffline === true
    if (!recovering && !isOffline && this.#isUnchanged(log, nowMs, fetching)) return undefined
    const present = isr.filter((id) => !this.#hasFallenBehind(id, log.logEndOffset, nowMs))
    const others = isOffline ? present.filter((id) => id !== this.#rules.brokerId) : []
    const kept = others.length > 0 ? others : present
    // Whoever leads after an unclean election says first that it has recovered, and is alone until then.
    const joining = recovering
      ? []
      : replicas.filter((id) => id === fetching && !isr.includes(id) && this.#mayJoin(id, log))
    if (kept.length === isr.length && joining.length === 0 && !recovering) return undefined
    this.#proposed = this.#change([...kept, ...joining])
    return this.#proposed
  }

  /** The controller refused what was proposed; a later look at the replicas may propose it again. */
  refused(change: IsrChange, nowMs: number): void {
    if (this.#proposed !== change) return
    this.#proposed = undefined
    this.#noProposalBeforeMs = nowMs + refusalBackoffMs
  }

  /** Whether a look at the replicas can change nothing: asked at every fetch of every follower. */
  #isUnchanged(log: LeaderLog, nowMs: number, fetching: number): boolean {
    const { isr } = this.#image
    if (fetching !== -1 && !isr.includes(fetching)) return false
    for (const id of isr) if (this.#hasFallenBehind(id, log.logEndOffset, nowMs)) return false
    return true
  }

  #change(members: readonly number[]): IsrChange {
    const { partition, leaderEpoch, partitionEpoch } = this.#image
    const isr = members.map((brokerId) => ({ brokerId, brokerEpoch: this.#epochOf(brokerId) }))
    return { topicId: this.#topicId, partition, leaderEpoch, partitionEpoch, isr }
  }

  #epochOf(id: number): number {
    if (id === this.#rules.brokerId) return this.#rules.eligibleEpoch(id) ?? -1
    return this.#followers.get(id)?.brokerEpoch ?? -1
  }

  #isMember(id: number): boolean {
    if (this.#image.isr.includes(id)) return true
    return this.#proposed?.isr.some(({ brokerId }) => brokerId === id) ?? false
  }

  /** The high watermark waits for a replica that is with the leader: else it would never get into the set. */
  #isAboutToJoin(
    id: number,
    follower: FollowerProgress | undefined,
    logEndOffset: number,
    nowMs: number,
  ): boolean {
    if (follower?.isCaughtUp(logEndOffset, nowMs, this.#rules.lagMaxMs()) !== true) return false
    return this.#isEligible(id, follower)
  }

  #isEligible(id: number, { brokerEpoch }: FollowerProgress): boolean {
    const registered = this.#rules.eligibleEpoch(id)
    return registered !== undefined && (brokerEpoch === -1 || brokerEpoch === registered)
  }

  /** A replica joins when it has everything that is committed, and everything from before this leadership. */
  #mayJoin(id: number, { highWatermark }: LeaderLog): boolean {
    const follower = this.#followers.get(id)
    if (follower === undefined || !this.#isEligible(id, follower)) return false
    return follower.logEndOffset >= highWatermark && follower.logEndOffset >= this.startOffset
  }

  #hasFallenBehind(id: number, logEndOffset: number, nowMs: number): boolean {
    if (id === this.#rules.brokerId) return false
    const follower = this.#followers.get(id)
    const lagMaxMs = this.#rules.lagMaxMs()
    if (follower === undefined) return nowMs - this.#sinceMs > lagMaxMs
    return !follower.isCaughtUp(logEndOffset, nowMs, lagMaxMs)
  }

  #caughtUpAtStart(id: number): number {
    return this.#image.isr.includes(id) ? this.#sinceMs : Number.NEGATIVE_INFINITY
  }
}
