// The cluster's topics as consumer groups see them: ids, sizes and racks, and a version that tells when to look again.

import { crc32c } from '@samsa/protocol'
import type { MetadataView, TopicImage } from '../../metadata/metadata-view.ts'
import type { AssignedTopic } from './assignors/assignor.ts'

/** Topics by name and id. */
export interface Topics {
  /** Rises with every change that may concern a group. */
  readonly version: number
  idOf(name: string): string | undefined
  nameOf(topicId: string): string | undefined
  names(): Iterable<string>
  /** As assignors see it. */
  describe(topicId: string): AssignedTopic | undefined
  /** Changes with id, size and racks of a topic. */
  fingerprint(name: string): bigint
}

/** Topics of the metadata this broker has applied. */
export class AppliedTopics implements Topics {
  readonly #metadata: MetadataView
  readonly #fingerprints = new Map<string, bigint>()
  version = 0

  constructor(metadata: MetadataView) {
    this.#metadata = metadata
  }

  /** Something has changed. */
  changed(): void {
    this.version += 1
    this.#fingerprints.clear()
  }

  idOf(name: string): string | undefined {
    return this.#metadata.topic(name)?.topicId
  }

  nameOf(topicId: string): string | undefined {
    return this.#metadata.topicById(topicId)?.name
  }

  *names(): Iterable<string> {
    for (const { name } of this.#metadata.topics()) yield name
  }

  describe(topicId: string): AssignedTopic | undefined {
    const topic = this.#metadata.topicById(topicId)
    if (topic === undefined) return undefined
    const racks = topic.partitions.map(({ replicas }) => this.#racksOf(replicas))
    return { partitionCount: topic.partitions.length, racks }
  }

  fingerprint(name: string): bigint {
    let fingerprint = this.#fingerprints.get(name)
    if (fingerprint === undefined) {
      const topic = this.#metadata.topic(name)
      fingerprint = topic === undefined ? 0n : this.#fingerprintOf(topic)
      this.#fingerprints.set(name, fingerprint)
    }
    return fingerprint
  }

  #racksOf(replicas: readonly number[]): ReadonlySet<string> {
    const racks = new Set<string>()
    for (const id of replicas) {
      const rack = this.#metadata.broker(id)?.rack ?? null
      if (rack !== null) racks.add(rack)
    }
    return racks
  }

  #fingerprintOf({ name, topicId, partitions }: TopicImage): bigint {
    const racks = partitions.map(({ replicas }) => [...this.#racksOf(replicas)].sort().join(','))
    const text = Buffer.from(`${name}/${topicId}/${partitions.length}/${racks.join(';')}`)
    return (BigInt(crc32c(text)) << 31n) ^ BigInt(crc32c(text, 0x9e3779b9))
  }
}

/** The hash of the topics a group subscribes to; 0 when there are none. */
export function metadataHash(topics: Topics, names: Iterable<string>): bigint {
  let hash = 0n
  for (const name of names) hash ^= topics.fingerprint(name)
  return hash
}
