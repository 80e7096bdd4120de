// Heartbeats of a classic member, in the background between one rebalance and the next.
//
// Invariant: after an answer that ends the generation for this member no more heartbeats are sent for it, except while the
// member prepares to join again: then they keep its session alive.

import { errorName, Heartbeat, KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { Cluster } from '../cluster/cluster.ts'
import { Alarm } from './alarm.ts'
import type { GroupCoordinator } from './group-coordinator.ts'
import { meaningOf } from './group-error.ts'
import type { GroupPlan } from './membership.ts'
import type { GroupMetadata } from '../transactions/sent-offsets.ts'

/** What the coordinator last said; undefined as long as all is well. */
export type HeartbeatVerdict = KafkaError | undefined

/** Sends heartbeats until it is stopped. */
export class ClassicHeartbeat {
  readonly #cluster: Cluster
  readonly #coordinator: GroupCoordinator
  readonly #plan: GroupPlan
  readonly #lane: number
  readonly #pulse: Alarm
  readonly #heard: () => void
  #verdict: HeartbeatVerdict
  #isStopped = false

  /** `heard` is called when there is a verdict. */
  constructor(
    cluster: Cluster,
    coordinator: GroupCoordinator,
    plan: GroupPlan,
    context: { readonly member: GroupMetadata; readonly lane: number; readonly heard: () => void },
  ) {
    this.#cluster = cluster
    this.#coordinator = coordinator
    this.#plan = plan
    this.#lane = context.lane
    this.#heard = context.heard
    this.#pulse = new Alarm(cluster.world.clock)
    void this.#run(context.member)
  }

  get verdict(): HeartbeatVerdict {
    return this.#verdict
  }

  stop(): void {
    this.#isStopped = true
    this.#pulse.ring()
  }

  async #run(member: GroupMetadata): Promise<void> {
    const { groupId, generationId, memberId, groupInstanceId } = member
    const request = { groupId, generationId, memberId, groupInstanceId }
    for (;;) {
      await this.#pulse.wait(this.#plan.heartbeatIntervalMs)
      if (this.#isStopped || this.#cluster.ended.aborted) return
      try {
        const { clock } = this.#cluster.world
        const deadlineMs = clock.monotonic() + this.#plan.sessionTimeoutMs
        const answer = await this.#coordinator.ask(Heartbeat, request, this.#lane, { deadlineMs })
        if (this.#isStopped) return
        const error = errorName(answer.errorCode)
        if (error === 'NONE' || this.#coordinator.passes(new KafkaError(error))) continue
        this.#conclude(new KafkaError(error))
        if (meaningOf(error) !== 'again') return
      } catch (error) {
        // The next heartbeat looks for the coordinator.
        if (!(error instanceof WorldError || error instanceof KafkaError)) throw error
        if (this.#isStopped || this.#cluster.ended.aborted) return
        if (error instanceof KafkaError && !this.#coordinator.passes(error)) {
          this.#conclude(error)
          return
        }
      }
    }
  }

  #conclude(verdict: KafkaError): void {
    this.#verdict = verdict
    this.#heard()
  }
}
