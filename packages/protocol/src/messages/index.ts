/** Every message of the protocol. */

export { Produce } from './produce.ts'
export { Fetch } from './fetch.ts'
export { ListOffsets } from './list-offsets.ts'
export { Metadata } from './metadata.ts'
export { LeaderAndIsr } from './leader-and-isr.ts'
export { StopReplica } from './stop-replica.ts'
export { UpdateMetadata } from './update-metadata.ts'
export { ControlledShutdown } from './controlled-shutdown.ts'
export { OffsetCommit } from './offset-commit.ts'
export { OffsetFetch } from './offset-fetch.ts'
export { FindCoordinator } from './find-coordinator.ts'
export { JoinGroup } from './join-group.ts'
export { Heartbeat } from './heartbeat.ts'
export { LeaveGroup } from './leave-group.ts'
export { SyncGroup } from './sync-group.ts'
export { DescribeGroups } from './describe-groups.ts'
export { ListGroups } from './list-groups.ts'
export { SaslHandshake } from './sasl-handshake.ts'
export { ApiVersions } from './api-versions.ts'
export { CreateTopics } from './create-topics.ts'
export { DeleteTopics } from './delete-topics.ts'
export { DeleteRecords } from './delete-records.ts'
export { InitProducerId } from './init-producer-id.ts'
export { OffsetForLeaderEpoch } from './offset-for-leader-epoch.ts'
export { AddPartitionsToTxn } from './add-partitions-to-txn.ts'
export { AddOffsetsToTxn } from './add-offsets-to-txn.ts'
export { EndTxn } from './end-txn.ts'
export { WriteTxnMarkers } from './write-txn-markers.ts'
export { TxnOffsetCommit } from './txn-offset-commit.ts'
export { DescribeAcls } from './describe-acls.ts'
export { CreateAcls } from './create-acls.ts'
export { DeleteAcls } from './delete-acls.ts'
export { DescribeConfigs } from './describe-configs.ts'
export { AlterConfigs } from './alter-configs.ts'
export { AlterReplicaLogDirs } from './alter-replica-log-dirs.ts'
export { DescribeLogDirs } from './describe-log-dirs.ts'
export { SaslAuthenticate } from './sasl-authenticate.ts'
export { CreatePartitions } from './create-partitions.ts'
export { CreateDelegationToken } from './create-delegation-token.ts'
export { RenewDelegationToken } from './renew-delegation-token.ts'
export { ExpireDelegationToken } from './expire-delegation-token.ts'
export { DescribeDelegationToken } from './describe-delegation-token.ts'
export { DeleteGroups } from './delete-groups.ts'
export { ElectLeaders } from './elect-leaders.ts'
export { IncrementalAlterConfigs } from './incremental-alter-configs.ts'
export { AlterPartitionReassignments } from './alter-partition-reassignments.ts'
export { ListPartitionReassignments } from './list-partition-reassignments.ts'
export { OffsetDelete } from './offset-delete.ts'
export { DescribeClientQuotas } from './describe-client-quotas.ts'
export { AlterClientQuotas } from './alter-client-quotas.ts'
export { DescribeUserScramCredentials } from './describe-user-scram-credentials.ts'
export { AlterUserScramCredentials } from './alter-user-scram-credentials.ts'
export { Vote } from './vote.ts'
export { BeginQuorumEpoch } from './begin-quorum-epoch.ts'
export { EndQuorumEpoch } from './end-quorum-epoch.ts'
export { DescribeQuorum } from './describe-quorum.ts'
export { AlterPartition } from './alter-partition.ts'
export { UpdateFeatures } from './update-features.ts'
export { Envelope } from './envelope.ts'
export { FetchSnapshot } from './fetch-snapshot.ts'
export { DescribeCluster } from './describe-cluster.ts'
export { DescribeProducers } from './describe-producers.ts'
export { BrokerRegistration } from './broker-registration.ts'
export { BrokerHeartbeat } from './broker-heartbeat.ts'
export { UnregisterBroker } from './unregister-broker.ts'
export { DescribeTransactions } from './describe-transactions.ts'
export { ListTransactions } from './list-transactions.ts'
export { AllocateProducerIds } from './allocate-producer-ids.ts'
export { ConsumerGroupHeartbeat } from './consumer-group-heartbeat.ts'
export { ConsumerGroupDescribe } from './consumer-group-describe.ts'
export { ControllerRegistration } from './controller-registration.ts'
export { GetTelemetrySubscriptions } from './get-telemetry-subscriptions.ts'
export { PushTelemetry } from './push-telemetry.ts'
export { AssignReplicasToDirs } from './assign-replicas-to-dirs.ts'
export { ListConfigResources } from './list-config-resources.ts'
export { DescribeTopicPartitions } from './describe-topic-partitions.ts'
export { ShareGroupHeartbeat } from './share-group-heartbeat.ts'
export { ShareGroupDescribe } from './share-group-describe.ts'
export { ShareFetch } from './share-fetch.ts'
export { ShareAcknowledge } from './share-acknowledge.ts'
export { AddRaftVoter } from './add-raft-voter.ts'
export { RemoveRaftVoter } from './remove-raft-voter.ts'
export { UpdateRaftVoter } from './update-raft-voter.ts'
export { InitializeShareGroupState } from './initialize-share-group-state.ts'
export { ReadShareGroupState } from './read-share-group-state.ts'
export { WriteShareGroupState } from './write-share-group-state.ts'
export { DeleteShareGroupState } from './delete-share-group-state.ts'
export { ReadShareGroupStateSummary } from './read-share-group-state-summary.ts'
export { StreamsGroupHeartbeat } from './streams-group-heartbeat.ts'
export { StreamsGroupDescribe } from './streams-group-describe.ts'
export { DescribeShareGroupOffsets } from './describe-share-group-offsets.ts'
export { AlterShareGroupOffsets } from './alter-share-group-offsets.ts'
export { DeleteShareGroupOffsets } from './delete-share-group-offsets.ts'
export { StreamsGroupTopologyDescriptionUpdate } from './streams-topology-description-update.ts'
export { UnregisterController } from './unregister-controller.ts'
export { RequestHeader, ResponseHeader } from './headers.ts'
export {
  OffsetCommitKey,
  OffsetCommitValue,
  LegacyOffsetCommitKey,
  LegacyOffsetCommitValue,
} from './offset-records.ts'
export { GroupMetadataKey, GroupMetadataValue } from './classic-group-records.ts'
export {
  ConsumerGroupMetadataKey,
  ConsumerGroupMetadataValue,
  ConsumerGroupPartitionMetadataKey,
  ConsumerGroupPartitionMetadataValue,
  ConsumerGroupMemberMetadataKey,
  ConsumerGroupMemberMetadataValue,
  ConsumerGroupTargetAssignmentMetadataKey,
  ConsumerGroupTargetAssignmentMetadataValue,
  ConsumerGroupTargetAssignmentMemberKey,
  ConsumerGroupTargetAssignmentMemberValue,
  ConsumerGroupCurrentMemberAssignmentKey,
  ConsumerGroupCurrentMemberAssignmentValue,
  ConsumerGroupRegularExpressionKey,
  ConsumerGroupRegularExpressionValue,
} from './consumer-group-records.ts'
export {
  ShareGroupMemberMetadataKey,
  ShareGroupMemberMetadataValue,
  ShareGroupMetadataKey,
  ShareGroupMetadataValue,
  ShareGroupTargetAssignmentMetadataKey,
  ShareGroupTargetAssignmentMetadataValue,
  ShareGroupTargetAssignmentMemberKey,
  ShareGroupTargetAssignmentMemberValue,
  ShareGroupCurrentMemberAssignmentKey,
  ShareGroupCurrentMemberAssignmentValue,
  ShareGroupStatePartitionMetadataKey,
  ShareGroupStatePartitionMetadataValue,
} from './share-group-records.ts'
export {
  ShareSnapshotKey,
  ShareSnapshotValue,
  ShareUpdateKey,
  ShareUpdateValue,
} from './share-state-records.ts'
export {
  StreamsGroupMetadataKey,
  StreamsGroupMetadataValue,
  StreamsGroupMemberMetadataKey,
  StreamsGroupMemberMetadataValue,
  StreamsGroupTargetAssignmentMetadataKey,
  StreamsGroupTargetAssignmentMetadataValue,
  StreamsGroupTargetAssignmentMemberKey,
  StreamsGroupTargetAssignmentMemberValue,
  StreamsGroupCurrentMemberAssignmentKey,
  StreamsGroupCurrentMemberAssignmentValue,
  StreamsGroupTopologyKey,
  StreamsGroupTopologyValue,
} from './streams-group-records.ts'
export { TransactionLogKey, TransactionLogValue } from './transaction-records.ts'
export { ConsumerProtocolSubscription, ConsumerProtocolAssignment } from './consumer-protocol.ts'
export {
  ControlRecordTypeSchema,
  EndTxnMarker,
  LeaderChangeMessage,
  SnapshotHeaderRecord,
  SnapshotFooterRecord,
  KRaftVersionRecord,
  VotersRecord,
} from './control-records.ts'
export { AbortedTxn, ProducerSnapshot, QuorumStateData } from './log-files.ts'
export { DefaultPrincipalData } from './principal.ts'
export {
  RemoteLogSegmentMetadataRecord,
  RemoteLogSegmentMetadataUpdateRecord,
  RemoteLogSegmentMetadataSnapshotRecord,
  RemotePartitionDeleteMetadataRecord,
} from './remote-log-records.ts'
export {
  TopicRecord,
  RemoveTopicRecord,
  PartitionRecord,
  PartitionChangeRecord,
  ClearElrRecord,
} from './metadata-topic-records.ts'
export {
  RegisterBrokerRecord,
  UnregisterBrokerRecord,
  BrokerRegistrationChangeRecord,
  FenceBrokerRecord,
  UnfenceBrokerRecord,
  RegisterControllerRecord,
  UnregisterControllerRecord,
} from './metadata-broker-records.ts'
export {
  AccessControlEntryRecord,
  RemoveAccessControlEntryRecord,
  DelegationTokenRecord,
  RemoveDelegationTokenRecord,
  UserScramCredentialRecord,
  RemoveUserScramCredentialRecord,
} from './metadata-security-records.ts'
export {
  ConfigRecord,
  ClientQuotaRecord,
  FeatureLevelRecord,
  ProducerIdsRecord,
  BeginTransactionRecord,
  EndTransactionRecord,
  AbortTransactionRecord,
  NoOpRecord,
  ZkMigrationStateRecord,
} from './metadata-cluster-records.ts'
export { apis, messages } from './registry.ts'
export { requestHeaderVersion, responseHeaderVersion } from './header-versions.ts'
