// Writes of metadata, as a handler sees them: carried to the active controller, resolved once this broker's own
// MetadataView has applied the change, so that the next Metadata request on any connection sees it.

/** A topic to create. */
export interface TopicSpec {
  readonly name: string
  /** -1: the broker's default. */
  readonly partitionCount: number
  /** -1: the broker's default. */
  readonly replicationFactor: number
  /** Replicas by partition, when the client places them itself. */
  readonly assignments?: ReadonlyMap<number, readonly number[]>
  readonly configs: ReadonlyMap<string, string>
}

/** A topic that was created, or would have been. */
export interface CreatedTopic {
  readonly topicId: string
  readonly partitionCount: number
  readonly replicationFactor: number
}

/** The controller's services. Rejections are KafkaErrors. */
export interface Controller {
  /** One promise per topic, settled one by one. */
  createTopic(
    spec: TopicSpec,
    options?: { readonly validateOnly?: boolean; readonly timeoutMs?: number },
  ): Promise<CreatedTopic>
  /** A block of producer ids nobody else has. */
  allocateProducerIds(): Promise<{ readonly first: number; readonly count: number }>
}
