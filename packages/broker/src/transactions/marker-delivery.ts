// Brings the markers of decided transactions to the leaders of their partitions, again and again until every partition
// has its marker; only then is the transaction complete. Invariant: nothing is sent before the decision is committed,
// and a coordinator that has been replaced stops.

import { type ErrorName, KafkaError } from '@samsa/protocol'
import type { Clock } from '@samsa/world'
import type { MetadataView } from '../metadata/metadata-view.ts'
import type { LocalMarkers } from './local-markers.ts'
import type { MarkerRequest, MarkerResult, TransactionPeers } from './markers.ts'
import { eachPartition, type TopicPartitions, topicPartitions } from './topic-partitions.ts'
import type { Transaction } from './transaction.ts'

/** Waits between attempts: quickly at first, as most obstacles are a leader that is just moving. */
const FIRST_RETRY_MS = 10
const LAST_RETRY_MS = 1_000

/** What delivery needs. */
export interface MarkerDeliveryServices {
  readonly clock: Clock
  readonly brokerId: number
  readonly metadata: MetadataView
  readonly local: LocalMarkers
  /** Absent while there is but one broker. */
  readonly peers: TransactionPeers | undefined
  /** Aborts, with a KafkaError, when no more attempts are to be made. */
  readonly stopping: AbortSignal
  /** Told of every partition that does not take its marker. */
  readonly refused: (transaction: Transaction, result: MarkerResult) => void
}

/** How a delivery ended: every partition has its marker, a newer coordinator was met, or it is not wanted any more. */
export type DeliveryOutcome = 'delivered' | 'fenced' | 'superseded'

/** Delivers markers. */
export class MarkerDelivery {
  readonly #services: MarkerDeliveryServices

  constructor(services: MarkerDeliveryServices) {
    this.#services = services
  }

  /**
   * Delivers the markers of a transaction whose Prepare state is committed. `isCurrent` is asked before every further
   * attempt: whether this broker still coordinates the transaction. It may reject with a KafkaError, as this does then.
   */
  async deliver(
    transaction: Transaction,
    coordinatorEpoch: number,
    isCurrent: () => Promise<boolean>,
  ): Promise<DeliveryOutcome> {
    let missing = transaction.partitions
    for (let attempt = 0; ; attempt++) {
      if (attempt > 0 && !(await isCurrent())) return 'superseded'
      const results = await this.#send(transaction, coordinatorEpoch, missing)
      const again: [string, number[]][] = []
      for (const result of results) {
        if (result.error === undefined) continue
        const judgement = judge(result.error)
        if (judgement === 'fenced') return 'fenced'
        if (attempt === 0 || judgement === 'settled') this.#services.refused(transaction, result)
        if (judgement === 'again') again.push([result.topic, [result.partition]])
      }
      missing = topicPartitions(again)
      if (missing.size === 0) return 'delivered'
      const waitMs = Math.min(FIRST_RETRY_MS * 2 ** Math.min(attempt, 10), LAST_RETRY_MS)
      await this.#services.clock.sleep(waitMs, this.#services.stopping)
    }
  }

  async #send(
    transaction: Transaction,
    coordinatorEpoch: number,
    partitions: TopicPartitions,
  ): Promise<MarkerResult[]> {
    const { producerId, producerEpoch, state, clientVersion: transactionVersion } = transaction
    const isCommit = state === 'PrepareCommit'
    const marker = { producerId, producerEpoch, isCommit, coordinatorEpoch, transactionVersion }
    const { byBroker, withoutLeader } = this.#byLeader(partitions)
    const results = await Promise.all(
      Array.from(byBroker, ([brokerId, part]) =>
        this.#sendTo(brokerId, { ...marker, partitions: part }),
      ),
    )
    return [...results.flat(), ...withoutLeader]
  }

  async #sendTo(brokerId: number, request: MarkerRequest): Promise<readonly MarkerResult[]> {
    const { local, peers } = this.#services
    if (brokerId === this.#services.brokerId) return local.write(request)
    try {
      if (peers === undefined) {
        throw new KafkaError('BROKER_NOT_AVAILABLE', `Broker ${brokerId} cannot be asked.`)
      }
      return await peers.writeMarkers(brokerId, request)
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      const { name } = error
      return Array.from(eachPartition(request.partitions), (each) => ({ ...each, error: name }))
    }
  }

  /** Partitions by the broker that leads them. Those that were deleted need no marker and are left out. */
  #byLeader(partitions: TopicPartitions): {
    readonly byBroker: ReadonlyMap<number, TopicPartitions>
    readonly withoutLeader: readonly MarkerResult[]
  } {
    const lists = new Map<number, [string, number[]][]>()
    const withoutLeader: MarkerResult[] = []
    for (const { topic, partition } of eachPartition(partitions)) {
      const image = this.#services.metadata.topic(topic)?.partitions[partition]
      if (image === undefined) continue
      if (image.leader === -1) {
        withoutLeader.push({ topic, partition, error: 'LEADER_NOT_AVAILABLE' })
        continue
      }
      const list = lists.get(image.leader) ?? []
      list.push([topic, [partition]])
      lists.set(image.leader, list)
    }
    const byBroker = new Map(Array.from(lists, ([id, list]) => [id, topicPartitions(list)]))
    return { byBroker, withoutLeader }
  }
}

/** What an error of one partition means for the delivery. */
function judge(error: ErrorName): 'again' | 'settled' | 'fenced' {
  switch (error) {
    // The log has met a newer coordinator of this producer.
    case 'TRANSACTION_COORDINATOR_FENCED':
      return 'fenced'
    // The producer has a higher epoch there: what this marker would end is ended, by a newer marker.
    case 'INVALID_PRODUCER_EPOCH':
    case 'UNSUPPORTED_FOR_MESSAGE_FORMAT':
      return 'settled'
    default:
      return 'again'
  }
}
