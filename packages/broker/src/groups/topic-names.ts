// Names of topics by id, kept one step behind the metadata: a deletion names only the id, and offsets are by name.

import type { MetadataDelta, MetadataView } from '../metadata/metadata-view.ts'

/** Knows the names of topics that have just been deleted. */
export class TopicNames {
  readonly #metadata: MetadataView
  readonly #names = new Map<string, string>()

  constructor(metadata: MetadataView) {
    this.#metadata = metadata
    for (const { topicId, name } of metadata.topics()) this.#names.set(topicId, name)
  }

  /** Follows a change; returns the names that no topic has any more. */
  update(delta: MetadataDelta): string[] {
    const deleted: string[] = []
    for (const topicId of delta.deletedTopicIds) {
      const name = this.#names.get(topicId)
      this.#names.delete(topicId)
      if (name !== undefined && this.#metadata.topic(name) === undefined) deleted.push(name)
    }
    for (const topicId of delta.topicIds) {
      const topic = this.#metadata.topicById(topicId)
      if (topic !== undefined) this.#names.set(topicId, topic.name)
    }
    return deleted
  }
}
