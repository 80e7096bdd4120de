// After a change of leader: what was fetched is held against the new leader's epochs before more is fetched (KIP-320).

import { KafkaError } from '@samsa/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { ConsumerPlan } from './consumer-settings.ts'
import type { PartitionState } from './partition-state.ts'
import {
  canCheckTruncation,
  divergence,
  type EpochEnd,
  type EpochQuery,
  findEpochEnds,
} from './truncation-check.ts'

/** Checks for one consumer. */
export class EpochCheck {
  readonly #cluster: Cluster
  readonly #plan: ConsumerPlan
  readonly #failed: (error: unknown, state: PartitionState) => void

  constructor(
    cluster: Cluster,
    plan: ConsumerPlan,
    failed: (error: unknown, state: PartitionState) => void,
  ) {
    this.#cluster = cluster
    this.#plan = plan
    this.#failed = failed
  }

  /** Whether the leader has changed since what was fetched was known to be in the log. */
  isDue(state: PartitionState, leaderEpoch: number): boolean {
    return state.checkedEpoch < leaderEpoch && state.fetchedEpoch >= 0
  }

  /** Asks the leader; resolves to whether nothing is left to be asked. Never rejects. */
  async check(nodeId: number, states: readonly PartitionState[]): Promise<boolean> {
    for (const state of states) state.isChecking = true
    try {
      const way = this.#cluster.broker(nodeId)
      if (way === undefined) throw new KafkaError('BROKER_NOT_AVAILABLE')
      const link = way.open ?? (await way.connect())
      const queries = states.map((state) => {
        const { topic, partition, fetchOffset, fetchedEpoch: leaderEpoch } = state
        const leader = this.#cluster.metadata.leader(topic, partition)
        const currentLeaderEpoch = leader?.leaderEpoch ?? -1
        return { topic, partition, fetchOffset, currentLeaderEpoch, leaderEpoch }
      })
      const ends = canCheckTruncation(link) ? await findEpochEnds(link, queries) : undefined
      for (const state of states) {
        const { topic, partition } = state
        const query = queries.find((one) => one.topic === topic && one.partition === partition)
        const end = ends?.find((one) => one.topic === topic && one.partition === partition)
        // Who has sought meanwhile is elsewhere; who has got more must ask again.
        if (query?.fetchOffset !== state.fetchOffset || !state.isChecking) continue
        const epoch = query.currentLeaderEpoch
        if (ends === undefined) state.checkedEpoch = epoch
        else if (end?.error === 'NONE') this.#checked(state, end, query)
        else this.#cluster.refreshSoon()
      }
    } catch {
      this.#cluster.refreshSoon()
    } finally {
      for (const state of states) state.isChecking = false
    }
    return states.every(({ topic, partition, checkedEpoch }) => {
      const leader = this.#cluster.metadata.leader(topic, partition)
      return leader === undefined || checkedEpoch >= leader.leaderEpoch
    })
  }

  #checked(state: PartitionState, end: EpochEnd, query: EpochQuery): void {
    state.checkedEpoch = query.currentLeaderEpoch
    const { topic, partition, position = 0 } = state
    const place = divergence(state.fetchOffset, query.leaderEpoch, end)
    if (place === 'nowhere') return
    if (typeof place === 'number' && place >= position) {
      // Nobody has seen what is gone.
      state.rewind(position)
      return
    }
    const message =
      `${topic}-${partition}: the log was cut off at ${place === 'unknown' ? 'an unknown offset' : place}, ` +
      `below the position ${position}; records that were read are gone.`
    this.#cluster.world.logger.warn({ topic, partition, position }, message)
    if (this.#plan.resetPolicy.kind === 'none') {
      state.isResting = true
      this.#failed(new KafkaError('OFFSET_OUT_OF_RANGE', `${message} Seek.`), state)
    } else {
      state.seek(place === 'unknown' ? undefined : place)
      if (place !== 'unknown') state.leaderEpoch = end.leaderEpoch
    }
  }
}
