// The leaders of partitions as the transaction coordinator meets them, on other brokers: they keep the markers they are
// sent, can be made to wait, and to refuse.

import type { ErrorName } from '@samsa/protocol'
import type { MarkerRequest, MarkerResult, TransactionPeers } from '../markers.ts'
import { eachPartition } from '../topic-partitions.ts'

/** Brokers that take markers. */
export class FakeLeaders implements TransactionPeers {
  /** Is told of every marker that was taken. */
  readonly #taken: (line: string) => void
  /** While true, markers wait for `release`. */
  holds = false
  #waiting: (() => void)[] = []
  /** The next so many markers are refused. */
  #refusals = 0
  #refusal: ErrorName = 'NOT_LEADER_OR_FOLLOWER'

  constructor(taken: (line: string) => void) {
    this.#taken = taken
  }

  refuse(error: ErrorName, count: number): void {
    this.#refusal = error
    this.#refusals = count
  }

  release(): void {
    this.holds = false
    for (const proceed of this.#waiting.splice(0)) proceed()
  }

  async writeMarkers(_brokerId: number, request: MarkerRequest): Promise<MarkerResult[]> {
    if (this.holds) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    const { producerId, producerEpoch, isCommit, coordinatorEpoch } = request
    const what = `${isCommit ? 'commit' : 'abort'} ${producerId}/${producerEpoch}`
    return Array.from(eachPartition(request.partitions), (place) => {
      if (this.#refusals > 0) {
        this.#refusals -= 1
        return { ...place, error: this.#refusal }
      }
      this.#taken(`${what} ${place.topic}/${place.partition} coordinator ${coordinatorEpoch}`)
      return place
    })
  }

  addPartitions(): Promise<MarkerResult[]> {
    return Promise.resolve([])
  }
}
