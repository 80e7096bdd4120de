// The id and epoch under which an idempotent producer numbers its batches. The id comes from a broker once; epochs after
// that are counted up here, since without transactions nobody else uses the id (KIP-360).

import { errorName, InitProducerId, KafkaError } from '@samsa/protocol'
import type { Cluster } from '../cluster/cluster.ts'
import type { Numbering, NumberingListener } from './numbering.ts'
import type { ProducerState } from './producer-batch.ts'

const lastEpoch = 0x7fff
const longestTimeoutMs = 0x7fffffff

/** Who a producer is to the brokers. */
export class ProducerIdentity implements Numbering {
  readonly transactionalId = null
  readonly refusal = undefined
  readonly highestProduceVersion = Number.POSITIVE_INFINITY
  readonly #cluster: Cluster
  readonly #listener: NumberingListener
  #state: ProducerState | undefined
  #isAcquiring = false

  constructor(cluster: Cluster, listener: NumberingListener) {
    this.#cluster = cluster
    this.#listener = listener
  }

  get state(): ProducerState | undefined {
    return this.#state
  }

  /** Begins a new epoch; when they are used up, a new id has to be acquired. */
  renew(): void {
    const state = this.#state
    if (state === undefined) return
    const { producerId, producerEpoch } = state
    const isLast = producerEpoch >= lastEpoch
    this.#state = isLast ? undefined : { producerId, producerEpoch: producerEpoch + 1 }
  }

  /** Asks for an id, unless that is under way; retries what may succeed later for as long as the client lives. */
  acquire(): void {
    if (this.#isAcquiring) return
    this.#isAcquiring = true
    this.#ask()
      .then((state) => {
        this.#state = state
      })
      .finally(() => {
        this.#isAcquiring = false
      })
      .then(
        () => this.#listener.changed(),
        (error: unknown) => this.#listener.gaveUp(error),
      )
  }

  admits(): boolean {
    return true
  }

  failed(): void {}

  async #ask(): Promise<ProducerState> {
    const patience = { deadlineMs: Number.POSITIVE_INFINITY }
    for (let attempt = 1; ; attempt++) {
      const { errorCode, producerId, producerEpoch } = await this.#cluster.askAny(
        InitProducerId,
        { transactionalId: null, transactionTimeoutMs: longestTimeoutMs },
        patience,
      )
      if (errorCode === 0) return { producerId, producerEpoch }
      const error = new KafkaError(errorName(errorCode))
      if (!error.retriable) throw error
      await this.#cluster.pause(attempt, patience)
    }
  }
}
