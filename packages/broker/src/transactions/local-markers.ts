// Writes transaction markers into the partitions that this broker leads. In __consumer_offsets the group coordinator
// does it, for there the marker also makes the transaction's offsets count.

import { buildTransactionMarker, type ErrorName, KafkaError } from '@samsa/protocol'
import type { Clock } from '@samsa/world'
import type { GroupCoordinator } from '../groups/group-coordinator.ts'
import type { Replicas } from '../replicas/replicas.ts'
import type { MarkerRequest, MarkerResult } from './markers.ts'
import { eachPartition, type TopicPartition } from './topic-partitions.ts'

/** The topic of committed offsets. */
export const OFFSETS_TOPIC = '__consumer_offsets'

/** Errors by which the group coordinator says that it is not here (yet): to others the leader has moved. */
const MOVED: ReadonlySet<ErrorName> = new Set([
  'COORDINATOR_NOT_AVAILABLE',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR',
])

/** Ends transactions in partitions led here. */
export class LocalMarkers {
  readonly #clock: Clock
  readonly #replicas: Pick<Replicas, 'partition'>
  readonly #groups: Pick<GroupCoordinator, 'completeTransaction'>

  constructor(
    clock: Clock,
    replicas: Pick<Replicas, 'partition'>,
    groups: Pick<GroupCoordinator, 'completeTransaction'>,
  ) {
    this.#clock = clock
    this.#replicas = replicas
    this.#groups = groups
  }

  /** Writes the markers; resolves when each is committed or has failed. */
  write(request: MarkerRequest): Promise<MarkerResult[]> {
    return Promise.all(
      Array.from(eachPartition(request.partitions), (place) => this.#writeOne(request, place)),
    )
  }

  async #writeOne(request: MarkerRequest, place: TopicPartition): Promise<MarkerResult> {
    try {
      if (place.topic === OFFSETS_TOPIC) {
        await this.#groups.completeTransaction({ ...request, partition: place.partition })
      } else {
        await this.#append(request, place)
      }
      return place
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      return { ...place, error: MOVED.has(error.name) ? 'NOT_LEADER_OR_FOLLOWER' : error.name }
    }
  }

  async #append(request: MarkerRequest, { topic, partition }: TopicPartition): Promise<void> {
    const hosted = this.#replicas.partition(topic, partition)
    const { isCommit, transactionVersion } = request
    const type = isCommit ? 'commit' : 'abort'
    const marker = buildTransactionMarker({ ...request, type, timestamp: this.#clock.now() })
    const options = { origin: 'coordinator', transactionVersion } as const
    await hosted.committed(await hosted.append(marker, -1, options))
  }
}
