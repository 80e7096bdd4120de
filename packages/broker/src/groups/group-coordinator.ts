// The group coordinator as handlers see it: every method finds the partition of the group, runs a turn on its state
// machine and resolves when the outcome is committed. Rejections are KafkaErrors for the whole request.

import {
  buildTransactionMarker,
  codecOf,
  coordinatorPartition,
  errorCode,
  KafkaError,
} from '@samsa/protocol'
import type { VerificationGuard } from '@samsa/log'
import type { World } from '@samsa/world'
import type { CoordinatorLocator } from '../coordinators/coordinator-locator.ts'
import { CoordinatorRuntime } from '../coordinators/coordinator-runtime.ts'
import type { Turn } from '../coordinators/state-machine.ts'
import type { MetadataView } from '../metadata/metadata-view.ts'
import type { CoordinatorPartitions } from '../replicas/coordinator-partitions.ts'
import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import type {
  Heartbeat,
  JoinGroup,
  JoinGroupAnswer,
  LeavingMember,
  LeftMember,
  SyncGroup,
  SyncGroupAnswer,
} from './classic/messages.ts'
import { describeConsumerGroup, type DescribedConsumerGroup } from './consumer/describe.ts'
import type { ConsumerHeartbeat, ConsumerHeartbeatAnswer } from './consumer/messages.ts'
import { preferredAssignorName } from './consumer/target-assignment.ts'
import { AppliedTopics } from './consumer/topics.ts'
import { Explanations, type GroupEvent } from './explanations.ts'
import { describeClassicGroup, type DescribedClassicGroup } from './group-listing.ts'
import { type GroupFilter, type ListedGroup, listGroups } from './group-listing.ts'
import { type Group, type GroupEnvironment, GroupMachine, groupNotFound } from './group-machine.ts'
import { type GroupConfigs, type GroupSettings, liveGroupSettings } from './group-settings.ts'
import { GroupMetrics } from './group-metrics.ts'
import {
  handleConsumerHeartbeat,
  handleHeartbeat,
  handleJoin,
  handleLeave,
  handleSync,
} from './group-requests.ts'
import {
  checkClassicCommit,
  checkConsumerCommit,
  checkConsumerFetch,
  type Committer,
} from './offsets/commit-rules.ts'
import { commitOffsets, removeAllOffsets, removeOffset } from './offsets/offset-commit.ts'
import type { TopicCommit, TopicCommitted } from './offsets/offset-commit.ts'
import { type FetchedTopic, fetchOffsets, type FetchOffsets } from './offsets/offset-fetch.ts'
import { OffsetReader } from './records/offset-replay.ts'
import { TopicNames } from './topic-names.ts'

/** Batches are cut before they come near the smallest max.message.bytes anybody sets on the topic. */
const MAX_BATCH_BYTES = 512 * 1024

/** What the coordinator is made of. */
export interface GroupCoordinatorServices {
  readonly world: World
  readonly settings: BrokerSettingsView
  readonly metadata: MetadataView
  readonly groupConfigs: GroupConfigs
  /** The log of `__consumer_offsets`. */
  readonly partitions: CoordinatorPartitions
}

/** Offsets to commit for a group. */
export interface CommitRequest extends Committer {
  readonly groupId: string
  /** -1: the broker's retention. */
  readonly retentionMs: number
  readonly topics: readonly TopicCommit[]
}

/** Offsets to commit within a transaction. */
export interface TransactionalCommitRequest extends Omit<CommitRequest, 'isTransactional'> {
  readonly producerId: number
  readonly producerEpoch: number
  /** Proof that the transaction includes the group's partition; absent when it is open there already (KIP-890). */
  readonly verificationGuard?: VerificationGuard | undefined
}

/** The end of a transaction in one partition of `__consumer_offsets`. */
export interface TransactionEnd {
  readonly partition: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  /** 2: the epoch must be above the one of the transaction's offsets. 0 when absent. */
  readonly transactionVersion?: number
  readonly isCommit: boolean
}

/** Offsets of some partitions to delete. */
export interface DeleteOffsetsRequest {
  readonly groupId: string
  readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[]
}

/** Coordinates the groups whose partition of `__consumer_offsets` this broker leads. */
export class GroupCoordinator implements CoordinatorLocator {
  readonly #world: World
  readonly #partitions: CoordinatorPartitions
  readonly #runtime: CoordinatorRuntime<GroupMachine>
  readonly #explanations: Explanations
  readonly #metrics: GroupMetrics
  readonly #settings: GroupSettings
  readonly #topics: AppliedTopics
  readonly #stopWatching: () => void

  constructor(services: GroupCoordinatorServices) {
    const { world, settings, metadata, partitions, groupConfigs } = services
    const logger = world.logger.child({ component: 'groups' })
    this.#world = world
    this.#partitions = partitions
    this.#metrics = new GroupMetrics(world.metrics)
    this.#explanations = new Explanations(logger, this.#metrics)
    this.#settings = liveGroupSettings(settings, groupConfigs)
    const topics = new AppliedTopics(metadata)
    this.#topics = topics
    const explanations = this.#explanations
    let reader: OffsetReader | undefined
    const offsetReader = (): OffsetReader => (reader ??= new OffsetReader())
    const environment: GroupEnvironment = {
      settings: this.#settings,
      explanations,
      topics,
      metrics: this.#metrics,
      logger,
      offsetReader,
    }
    this.#runtime = new CoordinatorRuntime(world, {
      partitions,
      createMachine: () => new GroupMachine(environment),
      maxBatchBytes: MAX_BATCH_BYTES,
      compression: codecOf(settings.get('offsets.topic.compression.codec')) ?? 'none',
    })
    this.#metrics.watchGroups((type) => this.#count(type))
    const names = new TopicNames(metadata)
    this.#stopWatching = metadata.onChange((delta) => {
      const { topicIds, deletedTopicIds, brokersChanged } = delta
      if (topicIds.size > 0 || deletedTopicIds.size > 0 || brokersChanged) topics.changed()
      const deleted = names.update(delta)
      if (deleted.length > 0) this.#topicsDeleted(deleted, logger)
    })
  }

  /** Gives up every group. */
  stop(): void {
    this.#stopWatching()
    this.#runtime.stop()
  }

  /** Resolves when every partition led by this broker is loaded. */
  loaded(): Promise<void> {
    return this.#runtime.loaded()
  }

  /** The partition of `__consumer_offsets` that a group belongs to. */
  partitionFor(groupId: string): number {
    return coordinatorPartition(groupId, this.#partitions.partitionCount())
  }

  /** The broker that coordinates a group; undefined while there is none. Creates the topic on first use. */
  async coordinatorOf(groupId: string): Promise<number | undefined> {
    await this.#partitions.ensureTopic()
    const partition = this.partitionFor(groupId)
    await this.#runtime.settled(partition)
    return this.#partitions.leader(partition)?.brokerId
  }

  /** What happened to a group lately, oldest first. */
  explain(groupId: string): readonly GroupEvent[] {
    return this.#explanations.of(groupId)
  }

  /** Answers when the join phase is over, or at once when the member cannot join. */
  async joinGroup(request: JoinGroup): Promise<JoinGroupAnswer> {
    const { groupId, sessionTimeoutMs } = request
    checkGroupId(groupId)
    const { minSessionTimeoutMs, maxSessionTimeoutMs } = this.#settings
    if (sessionTimeoutMs < minSessionTimeoutMs || sessionTimeoutMs > maxSessionTimeoutMs) {
      const message = `A session timeout lies between ${minSessionTimeoutMs} and ${maxSessionTimeoutMs} ms.`
      throw new KafkaError('INVALID_SESSION_TIMEOUT', message)
    }
    return this.#runtime.runLater(this.partitionFor(groupId), (machine, turn, waiter) =>
      handleJoin(machine, turn, request, waiter),
    )
  }

  /** Answers when the leader has assigned. */
  async syncGroup(request: SyncGroup): Promise<SyncGroupAnswer> {
    checkGroupId(request.groupId)
    return this.#runtime.runLater(this.partitionFor(request.groupId), (machine, turn, waiter) =>
      handleSync(machine, turn, request, waiter),
    )
  }

  /** Resolves when the member may go on; rejects with what it has to do instead. */
  async heartbeat(request: Heartbeat): Promise<void> {
    checkGroupId(request.groupId)
    return this.#runtime.run(this.partitionFor(request.groupId), (machine, turn) =>
      handleHeartbeat(machine, turn, request),
    )
  }

  /** One answer for each member that leaves. */
  async leaveGroup(groupId: string, leaving: readonly LeavingMember[]): Promise<LeftMember[]> {
    checkGroupId(groupId)
    return this.#runtime.run(this.partitionFor(groupId), (machine, turn) =>
      handleLeave(machine, turn, groupId, leaving),
    )
  }

  /** One step of a member of the consumer protocol (KIP-848). The request makes sense: the caller has looked. */
  async consumerHeartbeat(request: ConsumerHeartbeat): Promise<ConsumerHeartbeatAnswer> {
    return this.#runtime.run(this.partitionFor(request.groupId), (machine, turn) =>
      handleConsumerHeartbeat(machine, turn, request),
    )
  }

  /** One answer for each partition. The topics exist: the caller has looked. */
  async commitOffsets(request: CommitRequest): Promise<TopicCommitted[]> {
    return this.#runtime.run(this.partitionFor(request.groupId), (machine, turn) =>
      this.#commit(machine, turn, request, -1),
    )
  }

  /** As `commitOffsets`, for offsets that count once the producer's transaction is committed (KIP-98, KIP-447). */
  async commitTransactional(request: TransactionalCommitRequest): Promise<TopicCommitted[]> {
    const { groupId, producerId, producerEpoch, verificationGuard } = request
    checkGroupId(groupId)
    const origin = { producerId, producerEpoch, verificationGuard }
    const commit = { ...request, isTransactional: true }
    return this.#runtime.run(
      this.partitionFor(groupId),
      (machine, turn) => this.#commit(machine, turn, commit, producerId),
      origin,
    )
  }

  /**
   * Writes the marker of a transaction into a partition of `__consumer_offsets` and makes its offsets count, or drops
   * them. The marker path calls this instead of writing the marker itself.
   */
  async completeTransaction(end: TransactionEnd): Promise<void> {
    return this.#runtime.endTransaction(end.partition, (machine) => {
      let undo = (): void => {}
      const type = end.isCommit ? 'commit' : 'abort'
      const bytes = buildTransactionMarker({ ...end, type, timestamp: this.#world.clock.now() })
      return {
        marker: { bytes, transactionVersion: end.transactionVersion ?? 0 },
        apply: () => {
          undo = machine.endTransaction(end.producerId, end.isCommit)
        },
        undo: () => undo(),
      }
    })
  }

  /** What the group has committed. */
  async fetchOffsets(request: FetchOffsets): Promise<FetchedTopic[]> {
    return this.#runtime.run(this.partitionFor(request.groupId), (machine) => {
      const group = machine.consumerGroup(request.groupId)
      if (group !== undefined) checkConsumerFetch(group, request)
      return fetchOffsets(machine.offsets, request)
    })
  }

  /** Deletes offsets; one code for each partition, in order. */
  async deleteOffsets(request: DeleteOffsetsRequest): Promise<TopicCommitted[]> {
    const { groupId, topics } = request
    checkGroupId(groupId)
    return this.#runtime.run(this.partitionFor(groupId), (machine, turn) => {
      const group = machine.group(groupId)
      if (group === undefined) throw groupNotFound(groupId)
      if (!group.isEmpty && group.protocolType !== 'consumer') {
        throw new KafkaError('NON_EMPTY_GROUP', 'The group has members, and no consumer protocol.')
      }
      return topics.map(({ topic, partitions }) => {
        const isSubscribed = !group.isEmpty && group.isSubscribedTo(topic)
        const code = isSubscribed ? errorCode('GROUP_SUBSCRIBED_TO_TOPIC') : 0
        return {
          topic,
          partitions: partitions.map((partition) => {
            const key = { groupId, topic, partition }
            const exists = machine.offsets.get(key) !== undefined
            if (!isSubscribed && exists) {
              removeOffset(turn, machine.offsets, key)
              this.#metrics.offsetDeletions.add(1)
            }
            return { partition, errorCode: code }
          }),
        }
      })
    })
  }

  /** The groups this broker coordinates. `isComplete` is false while some are being loaded. */
  async listGroups(
    filter: GroupFilter,
  ): Promise<{ readonly groups: readonly ListedGroup[]; readonly isComplete: boolean }> {
    const isComplete = !this.#runtime.isLoading
    const groups = await this.#runtime.runAll((machine) => listGroups(machine.groups(), filter))
    return { groups: groups.flat(), isComplete }
  }

  /** Rejects with GROUP_ID_NOT_FOUND for what is not a classic group. */
  async describeClassicGroup(groupId: string): Promise<DescribedClassicGroup> {
    return this.#runtime.run(this.partitionFor(groupId), (machine) => {
      const group = machine.group(groupId)
      if (group?.type !== 'classic') throw groupNotFound(groupId, group && 'classic')
      return describeClassicGroup(group)
    })
  }

  /** Rejects with GROUP_ID_NOT_FOUND for what is not a consumer group. */
  async describeConsumerGroup(groupId: string): Promise<DescribedConsumerGroup> {
    return this.#runtime.run(this.partitionFor(groupId), (machine) => {
      const group = machine.group(groupId)
      if (group?.type !== 'consumer') throw groupNotFound(groupId, group && 'consumer')
      const assignorName = preferredAssignorName(machine, group)
      return describeConsumerGroup(group, this.#topics, assignorName)
    })
  }

  /** Deletes an empty group and its offsets; rejects with GROUP_ID_NOT_FOUND or NON_EMPTY_GROUP. */
  async deleteGroup(groupId: string): Promise<void> {
    return this.#runtime.run(this.partitionFor(groupId), (machine, turn) => {
      const group = machine.group(groupId)
      if (group === undefined) throw groupNotFound(groupId)
      if (!group.isEmpty) throw new KafkaError('NON_EMPTY_GROUP', 'The group has members.')
      removeAllOffsets(turn, machine.offsets, groupId)
      machine.deleteGroup(turn, group)
    })
  }

  #count(type: Group['type']): number {
    let count = 0
    for (const machine of this.#runtime.machines()) {
      for (const group of machine.groups()) if (group.type === type) count += 1
    }
    return count
  }

  #commit(
    machine: GroupMachine,
    turn: Turn,
    request: CommitRequest,
    producerId: number,
  ): TopicCommitted[] {
    this.#checkCommit(machine, turn, request)
    const { groupId, retentionMs, topics } = request
    const maxMetadataBytes = this.#settings.offsetMetadataMaxBytes
    const options = { groupId, retentionMs, maxMetadataBytes, producerId }
    for (const { partitions } of topics) this.#metrics.offsetCommits.add(partitions.length)
    return commitOffsets(turn, machine.offsets, topics, options)
  }

  #checkCommit(machine: GroupMachine, turn: Turn, request: CommitRequest): void {
    const { groupId, generationIdOrMemberEpoch, knowsMemberEpochs } = request
    const group = machine.group(groupId)
    if (group?.type === 'consumer') checkConsumerCommit(group, request, request.topics)
    else if (group !== undefined) checkClassicCommit(machine, turn, group, request)
    else if (generationIdOrMemberEpoch < 0) machine.createClassicGroup(groupId)
    else if (knowsMemberEpochs) throw groupNotFound(groupId)
    else throw new KafkaError('ILLEGAL_GENERATION', 'There is no such group.')
  }

  #topicsDeleted(topics: readonly string[], logger: World['logger']): void {
    const removed = this.#runtime.runAll((machine, turn) => {
      for (const topic of topics) machine.removeTopicOffsets(turn, topic)
    })
    removed.catch((error: unknown) => {
      logger.warn({ topics, error }, 'Offsets of deleted topics could not be removed.')
    })
  }
}

function checkGroupId(groupId: string): void {
  if (groupId === '') throw new KafkaError('INVALID_GROUP_ID', 'A group needs an id.')
}
