// Sends what the partition queues hold to the leaders.
//
// A batch leaves when it is full, when it has waited for `lingerMs`, or when nothing is under way to its leader: a quiet
// producer has no delay, a busy one fills its batches while answers are awaited.
//
// Invariant: every batch that was queued has one outcome, at the latest when `deliveryTimeoutMs` are over.

import { Produce } from '@samsa/protocol'
import type { Timer } from '@samsa/world'
import type { OpenLink } from '../cluster/open-link.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { BatchOutcomes } from './batch-outcomes.ts'
import { compressionTask, workerBytes } from './compression-worker.ts'
import type { Numbering, NumberingListener } from './numbering.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { failureOf } from './produce-answer.ts'
import { produceRequest, type Shipment } from './produce-request.ts'
import type { ProducerBatch } from './producer-batch.ts'
import type { ProducerPlan } from './producer-settings.ts'

/** How long a leader may say nothing before it is asked who leads, in milliseconds. */
const watchMs = 1000
/** And how often that is asked again. */
const watchAgainMs = 250

/** Sends batches of one producer. */
export class Sender implements NumberingListener {
  readonly #cluster: Cluster
  readonly #plan: ProducerPlan
  readonly #numbering: Numbering | undefined
  /** Called when a batch has its outcome and its memory is free. */
  readonly #done: (batch: ProducerBatch) => void
  /** Queues that hold something; who was served goes to the end. */
  readonly #queues = new Set<PartitionQueue>()
  readonly #requestsByLeader = new Map<number, number>()
  readonly #connecting = new Set<number>()
  /** Whoever wants everything out at once: flushes, and records that wait for memory. */
  urgency = 0
  #isScheduled = false
  readonly #outcomes: BatchOutcomes
  #timer: Timer | undefined
  #hold: Timer | undefined
  #timerAtMs = Number.POSITIVE_INFINITY

  constructor(
    cluster: Cluster,
    plan: ProducerPlan,
    numbering: ((listener: NumberingListener) => Numbering) | undefined,
    done: (batch: ProducerBatch) => void,
  ) {
    this.#cluster = cluster
    this.#plan = plan
    this.#numbering = numbering?.(this)
    this.#done = done
    this.#outcomes = new BatchOutcomes(cluster, plan, this.#numbering, done)
  }

  changed(): void {
    this.schedule()
  }

  /** Everything that waits fails. */
  gaveUp(error: unknown): void {
    for (const queue of this.#queues) this.#outcomes.failWaiting(queue, error, false)
  }

  /** A queue has something new. */
  queued(queue: PartitionQueue): void {
    this.#queues.add(queue)
    this.schedule()
  }

  /** Looks at the queues when this turn's calls are through, so that they share a batch. */
  schedule(): void {
    if (this.#isScheduled || this.#outcomes.isStopped) return
    this.#isScheduled = true
    queueMicrotask(() => {
      this.#isScheduled = false
      if (!this.#outcomes.isStopped) this.#drain()
    })
  }

  /** Sends nothing more; what is left fails with `reason`. */
  stop(reason: unknown): void {
    this.#outcomes.isStopped = true
    this.#timer?.cancel()
    for (const queue of this.#queues) {
      this.#outcomes.failWaiting(queue, reason, true)
      for (const batch of queue.overdue(Number.POSITIVE_INFINITY, 0))
        this.#outcomes.giveUp(batch, reason)
    }
    this.#queues.clear()
    this.#holdProcess(false)
  }

  /** Fills the requests that may be under way; each of them has one batch of a partition. */
  #drain(): void {
    const nowMs = this.#cluster.world.clock.monotonic()
    while (this.#drainOnce(nowMs));
    this.#holdProcess(this.#queues.size > 0)
  }

  /** While something has no outcome the process goes on, even when no connection is open and all that is left is to wait. */
  #holdProcess(isNeeded: boolean): void {
    if (isNeeded) {
      this.#hold ??= this.#cluster.world.clock.hold?.()
      return
    }
    this.#hold?.cancel()
    this.#hold = undefined
  }

  /** Whether there may be more to send. */
  #drainOnce(nowMs: number): boolean {
    let wakeAtMs = Number.POSITIVE_INFINITY
    const ready = new Map<number, PartitionQueue[]>()
    const refusal = this.#numbering?.refusal
    for (const queue of this.#queues) {
      if (refusal !== undefined) this.#outcomes.failWaiting(queue, refusal, true)
      this.#outcomes.expire(queue, nowMs)
      if (queue.isEmpty) {
        this.#queues.delete(queue)
        continue
      }
      const oldest = queue.waiting[0]
      const first = queue.oldestOnWire
      const { deliveryTimeoutMs } = this.#plan
      if (first?.isGivenUp === false) {
        wakeAtMs = Math.min(wakeAtMs, first.createdMs + deliveryTimeoutMs)
      }
      if (oldest === undefined) continue
      wakeAtMs = Math.min(wakeAtMs, oldest.createdMs + deliveryTimeoutMs)
      if (!this.#hasNumbers(queue)) continue
      this.#compressLarge(queue)
      const hindrance = queue.hindrance(nowMs)
      if (hindrance === 'backoff') wakeAtMs = Math.min(wakeAtMs, oldest.retryAtMs)
      if (hindrance !== undefined) continue
      const leader = this.#cluster.metadata.leader(queue.topic, queue.partition)
      if (leader === undefined) {
        this.#cluster.refreshSoon()
        const { baseMs } = this.#cluster.settings.retryBackoff
        wakeAtMs = Math.min(wakeAtMs, nowMs + baseMs)
        continue
      }
      const { leaderId } = leader
      const readyAtMs = this.#readyAtMs(queue, oldest, leaderId)
      if (readyAtMs > nowMs) {
        wakeAtMs = Math.min(wakeAtMs, readyAtMs)
        continue
      }
      const others = ready.get(leaderId)
      if (others === undefined) ready.set(leaderId, [queue])
      else others.push(queue)
    }
    let isMore = false
    for (const [leaderId, queues] of ready) {
      if (this.#sendTo(leaderId, queues)) isMore = true
    }
    this.#wakeAt(wakeAtMs)
    return isMore
  }

  #readyAtMs(queue: PartitionQueue, oldest: ProducerBatch, leaderId: number): number {
    const isFull = queue.waiting.length > 1 || oldest.sizeInBytes >= this.#plan.batchSize
    const isIdle = (this.#requestsByLeader.get(leaderId) ?? 0) === 0
    if (isFull || isIdle || this.urgency > 0 || oldest.attempts > 0) return 0
    return oldest.createdMs + this.#plan.lingerMs
  }

  /** Whether batches of the queue can be numbered; asks for what is missing. */
  #hasNumbers(queue: PartitionQueue): boolean {
    const numbering = this.#numbering
    if (numbering === undefined) return true
    if (queue.needsEpoch && queue.isNumberedUnder(numbering.state)) numbering.renew()
    const { state } = numbering
    if (state === undefined) {
      numbering.acquire()
      return false
    }
    if (!queue.needsEpoch) return numbering.admits(queue.topic, queue.partition)
    if (queue.isNumberedUnder(state)) return false
    for (const batch of queue.renumber(state)) {
      const message = 'Records before it are missing; it may or may not have been written itself.'
      batch.fail(failureOf(batch, 'OUT_OF_ORDER_SEQUENCE_NUMBER', message))
      this.#done(batch)
    }
    return numbering.admits(queue.topic, queue.partition)
  }

  /** Large batches are compressed in a worker before their turn comes. */
  #compressLarge(queue: PartitionQueue): void {
    const { compression: codec, compressionLevel: level } = this.#plan
    if (codec === 'none') return
    for (const batch of queue.waiting) {
      const isLarge = batch.sizeInBytes >= workerBytes && batch.attempts === 0
      const isBegun = batch.isBeingCompressed || batch.compressedRecords !== undefined
      if (!isLarge || isBegun) continue
      batch.isClosed = true
      batch.isBeingCompressed = true
      // A copy, whose memory moves to the worker.
      const records = new Uint8Array(batch.records)
      this.#cluster.world.workers
        .run(compressionTask, { codec, level, records }, [records.buffer])
        .then(
          (compressed) => {
            batch.compressedRecords = compressed
          },
          // Without workers it is compressed here when its turn comes.
          (error: unknown) => {
            this.#cluster.world.logger.warn({ error, codec }, 'A worker did not compress a batch.')
          },
        )
        .finally(() => {
          batch.isBeingCompressed = false
          this.schedule()
        })
        .catch(() => {})
    }
  }

  /** Whether something was sent and more may be. */
  #sendTo(leaderId: number, queues: readonly PartitionQueue[]): boolean {
    const broker = this.#cluster.broker(leaderId)
    if (broker === undefined) {
      this.#cluster.refreshSoon()
      return false
    }
    const link = broker.open
    if (link === undefined) {
      if (this.#connecting.has(leaderId)) return false
      this.#connecting.add(leaderId)
      broker
        .connect()
        .catch(() => this.#cluster.refreshSoon())
        .finally(() => {
          this.#connecting.delete(leaderId)
          this.schedule()
        })
        .catch(() => {})
      return false
    }
    let rest = queues
    while (rest.length > 0) {
      const underWay = this.#requestsByLeader.get(leaderId) ?? 0
      if (underWay >= this.#plan.maxInFlight) return false
      rest = this.#sendSome(leaderId, link, rest)
    }
    return true
  }

  /** One request with a batch of each queue, as many as fit; answers with the queues that did not. */
  #sendSome(
    leaderId: number,
    link: OpenLink,
    queues: readonly PartitionQueue[],
  ): readonly PartitionQueue[] {
    const shipments: Shipment[] = []
    let bytes = 0
    let i = 0
    for (; i < queues.length; i++) {
      const queue = queues[i]
      const first = queue?.waiting[0]
      if (queue === undefined || first === undefined) continue
      if (shipments.length > 0 && bytes + first.sizeInBytes > this.#plan.maxRequestSize) break
      bytes += first.sizeInBytes
      const batch = queue.take(this.#numbering?.state)
      const topicId = this.#cluster.metadata.topic(queue.topic)?.topicId ?? ''
      shipments.push({ queue, batch, topicId })
      this.#queues.delete(queue)
      this.#queues.add(queue)
    }
    if (shipments.length > 0) void this.#exchange(leaderId, link, shipments)
    return queues.slice(i)
  }

  async #exchange(leaderId: number, link: OpenLink, shipments: readonly Shipment[]): Promise<void> {
    const { acks, requestTimeoutMs } = this.#plan
    const count = (change: number): void => {
      this.#requestsByLeader.set(leaderId, (this.#requestsByLeader.get(leaderId) ?? 0) + change)
    }
    count(1)
    const stopWatching = acks === 0 ? () => {} : this.#watch(leaderId, link, shipments)
    try {
      const version = link.version(Produce, this.#numbering?.highestProduceVersion)
      const transactionalId = this.#numbering?.transactionalId ?? null
      const request = produceRequest(shipments, this.#plan, transactionalId)
      if (acks === 0) {
        link.tell(Produce, version, request)
        for (const shipment of shipments) this.#outcomes.succeed(shipment, -1, -1)
      } else {
        this.#outcomes.settle(
          shipments,
          await link.sendVersion(Produce, version, request, requestTimeoutMs),
        )
      }
    } catch (error) {
      this.#outcomes.lost(shipments, error)
    } finally {
      stopWatching()
      count(-1)
      this.schedule()
    }
  }

  /**
   * A leader that says nothing may be paused or cut off while another one leads: who leads is asked again, and when it is
   * somebody else the connection is given up, so that the batches go there long before the request would be too late.
   */
  #watch(leaderId: number, link: OpenLink, shipments: readonly Shipment[]): () => void {
    const { clock } = this.#cluster.world
    let isOver = false
    const look = async (): Promise<void> => {
      const deadlineMs = clock.monotonic() + this.#plan.requestTimeoutMs
      await this.#cluster.refresh({ deadlineMs }).catch(() => {})
      if (isOver) return
      const isReplaced = shipments.some(({ queue }) => {
        const leader = this.#cluster.metadata.leader(queue.topic, queue.partition)
        return leader !== undefined && leader.leaderId !== leaderId
      })
      if (isReplaced && link.silentMs >= watchMs) link.destroy()
      else timer = clock.after(watchAgainMs, () => void look())
    }
    let timer = clock.after(watchMs, () => void look())
    return () => {
      isOver = true
      timer.cancel()
    }
  }

  #wakeAt(atMs: number): void {
    if (atMs === this.#timerAtMs && this.#timer !== undefined) return
    this.#timer?.cancel()
    this.#timer = undefined
    this.#timerAtMs = atMs
    if (!Number.isFinite(atMs)) return
    const { clock } = this.#cluster.world
    // Whole milliseconds: the sum of two fractions may stay short of the time that is waited for.
    this.#timer = clock.after(Math.max(0, Math.ceil(atMs - clock.monotonic())), () => {
      this.#timer = undefined
      this.schedule()
    })
  }
}
