/**
 * A Kafka client: typed topics, an idempotent producer, consumers. It speaks with Samsa and with Apache Kafka from 2.1 on.
 */
export type {
  AclAdmin,
  AclBinding,
  AclFilter,
  AclPatternType,
  AclPermission,
  AclResourceType,
} from './admin/acls.ts'
export { Admin } from './admin/admin.ts'
export type {
  BrokerDescription,
  ClusterAdmin,
  ClusterDescription,
  QuorumDescription,
  QuorumReplica,
} from './admin/cluster-admin.ts'
export type {
  ConfigAdmin,
  ConfigChange,
  ConfigDescription,
  ConfigEntry,
  ConfigQuestion,
  ConfigResource,
  ConfigResourceKey,
  ConfigResourceType,
  ConfigSource,
  ConfigSynonym,
  ConfigType,
} from './admin/configs.ts'
export type { AdminCallOptions } from './admin/errand.ts'
export type {
  FeatureAdmin,
  FeatureChange,
  FeatureDescription,
  FeatureRange,
} from './admin/features.ts'
export type {
  GroupDescription,
  GroupListing,
  GroupMember,
  GroupType,
} from './admin/group-description.ts'
export type { CommittedOffset, GroupOffsetQuestion, NewOffset } from './admin/group-offsets.ts'
export type { GroupAdmin, GroupFilter, MemberReference } from './admin/groups.ts'
export type { HangingQuestion } from './admin/hanging-transactions.ts'
export type { AclOperation } from './admin/operations.ts'
export type { PartitionKey, TopicPartition } from './admin/partition-key.ts'
export type {
  QuotaAdmin,
  QuotaChange,
  QuotaDescription,
  QuotaEntity,
  QuotaEntityType,
  QuotaFilter,
} from './admin/quotas.ts'
export type {
  ActiveProducer,
  ListedOffset,
  OffsetPlace,
  PartitionPlace,
  RecordAdmin,
  RecordDeletion,
} from './admin/records.ts'
export type {
  LogDirectory,
  OngoingReassignment,
  Reassignment,
  ReplicaAdmin,
  ReplicaMove,
  ReplicaSize,
} from './admin/replicas.ts'
export { Results } from './admin/results.ts'
export type {
  PartitionDescription,
  TopicDescription,
  TopicListing,
  TopicReference,
} from './admin/topic-description.ts'
export type {
  CreatedTopic,
  MorePartitions,
  NewTopic,
  TopicAdmin,
  ValidateOptions,
} from './admin/topics.ts'
export type {
  AbortedTransaction,
  HangingTransaction,
  TransactionAdmin,
  TransactionDescription,
  TransactionFilter,
  TransactionListing,
} from './admin/transactions.ts'
export type {
  ScramCredential,
  ScramCredentialChange,
  UserAdmin,
  UserScramCredentials,
} from './admin/users.ts'
export { type ConnectOptions, connect, KafkaClient } from './client.ts'
export type { ClusterOptions } from './cluster/cluster-settings.ts'
export { type Assignment, Consumer, type Place } from './consumer/consumer.ts'
export type {
  AssignorName,
  CommitMode,
  ConsumerOptions,
  GroupOptions,
} from './consumer/consumer-settings.ts'
export type { FoundOffset, PartitionName } from './consumer/offset-lookup.ts'
export type { AssignedPartition, RebalanceListener } from './consumer/rebalance-listener.ts'
export type { ConsumerBatch, ConsumerRecord, TopicRecord } from './consumer/record.ts'
export type { PartitionStream } from './consumer/partition-stream.ts'
export type { Handling, RecordHandler, RunOptions } from './consumer/record-run.ts'
export type { ReadOptions } from './consumer/record-supply.ts'
export type { StartPosition } from './consumer/start-position.ts'
export type {
  Assignor,
  GroupAssignment,
  AssignorMember,
  TopicRacks,
} from './groups/assignors/assignor.ts'
export { rangeAssignor } from './groups/assignors/range.ts'
export { roundRobinAssignor } from './groups/assignors/round-robin.ts'
export { cooperativeStickyAssignor, stickyAssignor } from './groups/assignors/sticky.ts'
export type { CommittedPosition } from './groups/committed-offsets.ts'
export type { OffsetToCommit } from './groups/offset-commits.ts'
export type { ProcessTrace, RequestTrace, SendTrace } from './observability/channels.ts'
export type { HeaderValue, Headers, OutgoingRecord } from './producer/accumulator.ts'
export type { Partitioner, PartitionerInput } from './producer/partition-choice.ts'
export { Producer, type SendCallOptions, type WrittenRecord } from './producer/producer.ts'
export type { WrittenRange } from './producer/producer-batch.ts'
export type { ProducerOptions } from './producer/producer-settings.ts'
export {
  bytes,
  double,
  float,
  int16,
  int32,
  int64,
  json,
  nullable,
  string,
  uuid,
  void,
} from './serdes/built-in.ts'
export type { BearerToken } from './security/oauth-bearer.ts'
export { type PropertyOptions, readClientProperties } from './security/java-properties.ts'
export type { SaslOptions } from './security/sasl-options.ts'
export type { ScramMechanism } from './security/scram.ts'
export type { Serde, SerdePlace } from './serdes/serde.ts'
export type { StandardSchema } from './serdes/standard-schema.ts'
export type {
  GroupMetadata,
  GroupReader,
  NextOffset,
  ReadProgress,
} from './transactions/sent-offsets.ts'
export { Transaction } from './transactions/transaction.ts'
export { type KeyOf, type SerdeLike, type Topic, topic, type ValueOfTopic } from './serdes/topic.ts'
