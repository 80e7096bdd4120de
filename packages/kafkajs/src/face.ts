// Everything that kafkajs exports and this package has, by kafkajs's names.

export type { AclEntry, AclFilter } from './admin-acls.ts'
export type { ResourceConfig, ResourceConfigQuery } from './admin-configs.ts'
export type { GroupDescription, MemberDescription } from './admin-groups.ts'
export type { SeekEntry } from './admin-offsets.ts'
export { Admin, type AdminConfig, type ITopicConfig, type ITopicMetadata } from './admin.ts'
export {
  AssignerProtocol,
  type MemberAssignment,
  type MemberMetadata,
} from './assigner-protocol.ts'
export type { Batch } from './batch.ts'
export type {
  BrokersFunction,
  KafkaConfig,
  RetryOptions,
  SASLOptions,
  TlsConfig,
} from './config.ts'
export {
  AclOperationTypes,
  AclPermissionTypes,
  AclResourceTypes,
  CompressionCodecs,
  CompressionTypes,
  ConfigResourceTypes,
  ConfigSource,
  logLevel,
  ResourcePatternTypes,
} from './constants.ts'
export { type ConsumerConfig, PartitionAssigners } from './consumer-config.ts'
export {
  Consumer,
  type ConsumerSubscribeTopics,
  type TopicPartitionOffset,
  type TopicPartitions,
} from './consumer.ts'
export {
  KafkaJSAggregateError,
  KafkaJSConnectionError,
  KafkaJSDeleteGroupsError,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSNotImplemented,
  KafkaJSNumberOfRetriesExceeded,
  KafkaJSOffsetOutOfRange,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
  KafkaJSServerDoesNotSupportApiKey,
} from './errors.ts'
export type { InstrumentationEvent, RemoveInstrumentationEventListener } from './events.ts'
export { Kafka } from './kafka.ts'
export type { logCreator, LogEntry, Logger } from './logger.ts'
export type { IHeaders, KafkaMessage, Message } from './messages.ts'
export {
  type ICustomPartitioner,
  type PartitionerArgs,
  Partitioners,
  type PartitionMetadata,
} from './partitioners.ts'
export {
  Producer,
  type ProducerBatch,
  type ProducerConfig,
  type ProducerRecord,
  type RecordMetadata,
  type TopicMessages,
} from './producer.ts'
export type {
  ConsumerRunConfig,
  EachBatchHandler,
  EachBatchPayload,
  EachMessageHandler,
  EachMessagePayload,
} from './run-config.ts'
export type { Offsets, Transaction } from './transaction.ts'
