// The cluster's metadata as this broker has applied it: synchronous, read-only, never ahead of what coordination has
// committed. Brokers, topics and configs are read here and nowhere else.

/** Where a listener of a broker is reached. */
export interface Endpoint {
  /** Empty: no address is advertised; clients use the host they came in on. */
  readonly host: string
  readonly port: number
  readonly securityProtocol: string
  /** The address that the broker listens on: where other brokers go when none is advertised. */
  readonly boundHost?: string
}

/** A live broker. */
export interface BrokerRegistration {
  readonly id: number
  /** By listener name. */
  readonly endpoints: ReadonlyMap<string, Endpoint>
  readonly rack: string | null
  /** Creation zxid of the registration. */
  readonly epoch: number
  readonly fenced: boolean
  /** It is about to stop. */
  readonly draining: boolean
}

/** State of one partition. Leader -1: none. */
export interface PartitionImage {
  readonly partition: number
  readonly leader: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  readonly elr: readonly number[]
  /** Were in sync or eligible until they lost records that were not on the medium; none where it is left out. */
  readonly lastKnownElr?: readonly number[]
  readonly adding: readonly number[]
  readonly removing: readonly number[]
  /** The leader was elected uncleanly and has yet to recover. */
  readonly recovering?: boolean
}

/** State of one topic; partition i is at index i. */
export interface TopicImage {
  readonly name: string
  /** 22-letter form. */
  readonly topicId: string
  readonly partitions: readonly PartitionImage[]
}

/** What one application of changes touched. */
export interface MetadataDelta {
  /** Ids of topics that were created or whose partitions changed. */
  readonly topicIds: ReadonlySet<string>
  /** Topics that were deleted (a tombstone stands), by id. */
  readonly deletedTopicIds: ReadonlySet<string>
  /** Names of topics whose configs changed. */
  readonly topicConfigs: ReadonlySet<string>
  readonly brokersChanged: boolean
  readonly brokerConfigsChanged: boolean
  readonly controllerChanged: boolean
}

/** The applied view. */
export interface MetadataView {
  /** Last transaction this view contains. */
  readonly zxid: number
  /** Id of the active controller, -1 while there is none. */
  readonly controllerId: number
  brokers(): readonly BrokerRegistration[]
  broker(id: number): BrokerRegistration | undefined
  topic(name: string): TopicImage | undefined
  topicById(topicId: string): TopicImage | undefined
  topics(): Iterable<TopicImage>
  /** A tombstone stands for this topic: its logs may be deleted. */
  isDeleted(topicId: string): boolean
  /** Overrides of a topic, empty when there are none. */
  topicConfigs(name: string): ReadonlyMap<string, string>
  /** Dynamic configs of one broker or the cluster-wide default. */
  brokerConfigs(id: number | 'default'): ReadonlyMap<string, string>
  /** Is told, after the view has changed, what changed; returns a function that stops that. */
  onChange(listener: (delta: MetadataDelta) => void): () => void
}
