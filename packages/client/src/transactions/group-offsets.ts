// Offsets of a consumer group as part of a transaction: they count from the moment the transaction is committed. The
// group's coordinator checks that whoever commits is still a member (KIP-447).

import {
  AddOffsetsToTxn,
  type ErrorName,
  errorName,
  KafkaError,
  TxnOffsetCommit,
} from '@samsa/protocol'
import type { OpenLink } from '../cluster/open-link.ts'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import { Coordinator } from './coordinator.ts'
import type { GroupMetadata, NextOffset } from './sent-offsets.ts'

/** Offsets to commit, and who commits them. */
export interface OffsetCommit {
  readonly group: GroupMetadata
  readonly offsets: readonly NextOffset[]
}

/** Whose transaction it is. */
interface Writer {
  readonly producerId: number
  readonly producerEpoch: number
  readonly isVersion2: boolean
}

/** The last version that adds nothing to the transaction by itself, and the last that names topics. */
const lastOfVersion1 = 4
const lastWithNames = 5
/** The first that says who commits. */
const firstWithMembers = 3

/** Commits of one transactional id. */
export class GroupOffsets {
  readonly #cluster: Cluster
  readonly #transactionCoordinator: Coordinator
  readonly #transactionalId: string
  readonly #coordinators = new Map<string, Coordinator>()
  /** Groups of the present transaction. */
  readonly #added = new Set<string>()

  constructor(cluster: Cluster, transactionCoordinator: Coordinator, transactionalId: string) {
    this.#cluster = cluster
    this.#transactionCoordinator = transactionCoordinator
    this.#transactionalId = transactionalId
  }

  /** Another transaction begins. */
  clear(): void {
    this.#added.clear()
  }

  /** Rejects with a KafkaError that names group and partition. */
  async commit(commit: OffsetCommit, writer: Writer, patience: Patience): Promise<void> {
    const { groupId } = commit.group
    if (!writer.isVersion2 && !this.#added.has(groupId)) {
      await this.#addGroup(groupId, writer, patience)
      this.#added.add(groupId)
    }
    let coordinator = this.#coordinators.get(groupId)
    if (coordinator === undefined) {
      coordinator = new Coordinator(this.#cluster, 'group', groupId)
      this.#coordinators.set(groupId, coordinator)
    }
    const highestVersion = writer.isVersion2 ? lastWithNames : lastOfVersion1
    const { answer, error } = await coordinator.ask(
      TxnOffsetCommit,
      {
        request: (link) => this.#request(commit, writer, link),
        highestVersion,
        errorOf: ({ topics }) => failureIn(topics)?.error ?? 'NONE',
      },
      patience,
    )
    if (error === 'NONE') return
    const place = failureIn(answer.topics)?.place ?? ''
    const why = new KafkaError(error).message
    throw new KafkaError(error, `Offset of group ${groupId} in ${place}: ${why}`)
  }

  async #addGroup(groupId: string, writer: Writer, patience: Patience): Promise<void> {
    const { producerId, producerEpoch } = writer
    const transactionalId = this.#transactionalId
    const { error } = await this.#transactionCoordinator.ask(
      AddOffsetsToTxn,
      {
        request: () => ({ transactionalId, producerId, producerEpoch, groupId }),
        errorOf: ({ errorCode }) => errorName(errorCode),
      },
      patience,
    )
    if (error === 'NONE') return
    const why = new KafkaError(error).message
    throw new KafkaError(error, `Group ${groupId} cannot be part of the transaction: ${why}`)
  }

  #request({ group, offsets }: OffsetCommit, writer: Writer, link: OpenLink) {
    const { groupId, generationId, memberId, groupInstanceId } = group
    const isMember = memberId !== ''
    if (isMember && link.version(TxnOffsetCommit) < firstWithMembers) {
      const message = `${link.name} cannot check that the member of ${groupId} is not a former one (KIP-447).`
      throw new KafkaError('UNSUPPORTED_VERSION', message)
    }
    const topics = Map.groupBy(offsets, ({ topic }) => topic)
    return {
      transactionalId: this.#transactionalId,
      groupId,
      producerId: writer.producerId,
      producerEpoch: writer.producerEpoch,
      ...(isMember
        ? {
            generationIdOrMemberEpoch: generationId,
            memberId,
            groupInstanceId,
          }
        : {}),
      topics: [...topics].map(([name, places]) => ({
        name,
        partitions: places.map(({ partition, offset, leaderEpoch, metadata }) => ({
          partitionIndex: partition,
          committedOffset: offset,
          committedLeaderEpoch: leaderEpoch ?? -1,
          committedMetadata: metadata ?? '',
        })),
      })),
    }
  }
}

type TopicResults = readonly {
  readonly name: string
  readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[]
}[]

function failureIn(topics: TopicResults): { error: ErrorName; place: string } | undefined {
  for (const { name, partitions } of topics) {
    for (const { partitionIndex, errorCode } of partitions) {
      if (errorCode !== 0)
        return { error: errorName(errorCode), place: `${name}-${partitionIndex}` }
    }
  }
  return undefined
}
