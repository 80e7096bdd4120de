// One attempt of a classic member to get into the group's next generation: JoinGroup, the assignment if it leads, SyncGroup.

import {
  errorName,
  JoinGroup,
  KafkaError,
  ProtocolError,
  type ResponseOf,
  SyncGroup,
} from '@samsa/protocol'
import type { Cluster, Patience } from '../cluster/cluster.ts'
import type { PartitionName } from '../consumer/offset-lookup.ts'
import type { Assignor, AssignorMember } from './assignors/assignor.ts'
import {
  PROTOCOL_TYPE,
  readAssignment,
  readSubscription,
  writeAssignment,
  writeSubscription,
} from './consumer-protocol.ts'
import type { GroupCoordinator } from './group-coordinator.ts'
import type { GroupPlan } from './membership.ts'
import { describeTopics, type SubscribedTopics } from './subscribed-topics.ts'

/** Time for an answer on top of what the others may take to join. */
const graceMs = 5000

/** Who asks to join. */
export interface Candidate {
  /** Empty at first. */
  readonly memberId: string
  /** The last generation it was in, -1 for none. */
  readonly generationId: number
  readonly held: readonly PartitionName[]
}

/** A member of a new generation. */
export interface Joined {
  readonly memberId: string
  readonly generationId: number
  readonly assignor: Assignor
  readonly partitions: readonly PartitionName[]
  /** How many partitions each topic of the group has; empty where another member leads. */
  readonly watched: ReadonlyMap<string, number>
  /** What this member subscribed to. */
  readonly topics: readonly string[]
}

/** An answer that is an error, and the member id it leaves the candidate with. */
export class JoinFailure {
  readonly error: KafkaError
  readonly memberId: string

  constructor(error: KafkaError, memberId: string) {
    this.error = error
    this.memberId = memberId
  }
}

type JoinAnswer = ResponseOf<typeof JoinGroup>

/** Joins one generation after the other. */
export class ClassicJoin {
  readonly #cluster: Cluster
  readonly #coordinator: GroupCoordinator
  readonly #plan: GroupPlan
  readonly #subscription: SubscribedTopics
  readonly #lane: number

  constructor(
    cluster: Cluster,
    coordinator: GroupCoordinator,
    plan: GroupPlan,
    context: { readonly subscription: SubscribedTopics; readonly lane: number },
  ) {
    this.#cluster = cluster
    this.#coordinator = coordinator
    this.#plan = plan
    this.#subscription = context.subscription
    this.#lane = context.lane
  }

  /** One attempt. Rejects with WorldError, and with KafkaError where the group is not to be joined at all. */
  async attempt(candidate: Candidate, signal: AbortSignal): Promise<Joined | JoinFailure> {
    const { groupId, groupInstanceId = null, sessionTimeoutMs, maxPollIntervalMs } = this.#plan
    const topics = await this.#subscription.names(this.#patience(signal))
    const waitMs = this.#waitMs
    const answer = await this.#coordinator.ask(
      JoinGroup,
      {
        groupId,
        sessionTimeoutMs,
        rebalanceTimeoutMs: maxPollIntervalMs,
        memberId: candidate.memberId,
        groupInstanceId,
        protocolType: PROTOCOL_TYPE,
        protocols: this.#protocols(candidate, topics),
        reason: candidate.memberId === '' ? 'joins' : 'joins again',
      },
      this.#lane,
      this.#patience(signal, waitMs),
      { timeoutMs: waitMs },
    )
    const error = errorName(answer.errorCode)
    if (error !== 'NONE') {
      const memberId = error === 'MEMBER_ID_REQUIRED' ? answer.memberId : candidate.memberId
      return new JoinFailure(this.#named(error), memberId)
    }
    const assignor = this.#plan.assignors.find(({ name }) => name === answer.protocolName)
    if (assignor === undefined) throw this.#named('INCONSISTENT_GROUP_PROTOCOL')
    return await this.#synchronize(answer, assignor, topics, signal)
  }

  async #synchronize(
    answer: JoinAnswer,
    assignor: Assignor,
    topics: readonly string[],
    signal: AbortSignal,
  ): Promise<Joined | JoinFailure> {
    const { groupId, groupInstanceId = null } = this.#plan
    const { memberId, generationId, protocolName } = answer
    const { assignments, watched } = await this.#lead(answer, assignor, signal)
    const sync = await this.#coordinator.ask(
      SyncGroup,
      {
        groupId,
        generationId,
        memberId,
        groupInstanceId,
        protocolType: PROTOCOL_TYPE,
        protocolName,
        assignments,
      },
      this.#lane,
      this.#patience(signal, this.#waitMs),
      { timeoutMs: this.#waitMs },
    )
    const error = errorName(sync.errorCode)
    if (error !== 'NONE') return new JoinFailure(this.#named(error), memberId)
    const partitions = readOr(() => readAssignment(sync.assignment), groupId)
    return { memberId, generationId, assignor, partitions, watched, topics }
  }

  /** What the leader hands in; nothing where another leads or the coordinator keeps what it has (KIP-814). */
  async #lead(
    answer: JoinAnswer,
    assignor: Assignor,
    signal: AbortSignal,
  ): Promise<{
    readonly assignments: readonly { memberId: string; assignment: Uint8Array }[]
    readonly watched: ReadonlyMap<string, number>
  }> {
    if (answer.leader !== answer.memberId) return { assignments: [], watched: new Map() }
    const members = answer.members.map(
      ({ memberId, groupInstanceId, metadata }): AssignorMember => {
        const subscription = readOr(() => readSubscription(metadata), this.#plan.groupId)
        return { ...subscription, memberId, groupInstanceId: groupInstanceId ?? undefined }
      },
    )
    const names = [...new Set(members.flatMap((member) => member.topics))]
    const topics = await describeTopics(this.#cluster, names, this.#patience(signal))
    const watched = new Map(names.map((name) => [name, topics.get(name)?.length ?? 0]))
    if (answer.skipAssignment) return { assignments: [], watched }
    const existing = new Map([...topics].filter(([, racks]) => racks.length > 0))
    const assignments = [...assignor.assign(existing, members)].map(([memberId, partitions]) => {
      return { memberId, assignment: writeAssignment(partitions) }
    })
    return { assignments, watched }
  }

  #protocols(
    { held, generationId }: Candidate,
    topics: readonly string[],
  ): { name: string; metadata: Buffer }[] {
    return this.#plan.assignors.map((assignor) => {
      const userData = assignor.userData?.(held, generationId) ?? null
      const { rackId } = this.#plan
      const metadata = { topics, owned: held, generationId, rackId, userData }
      return { name: assignor.name, metadata: writeSubscription(metadata) }
    })
  }

  /** Others may take longer to join than this member may. */
  get #waitMs(): number {
    const { requestTimeoutMs } = this.#cluster.settings.link
    return Math.max(requestTimeoutMs, this.#plan.maxPollIntervalMs + graceMs)
  }

  #patience(signal: AbortSignal, ms: number = this.#plan.defaultApiTimeoutMs): Patience {
    const { mayCreateTopics } = this.#plan
    return { deadlineMs: this.#cluster.world.clock.monotonic() + ms, signal, mayCreateTopics }
  }

  #named(error: KafkaError['name']): KafkaError {
    const message = `Group ${this.#plan.groupId}: ${new KafkaError(error).message}`
    return new KafkaError(error, message)
  }
}

/** Members that write nonsense are told of by the group's name. */
function readOr<T>(read: () => T, groupId: string): T {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    const message = `Group ${groupId}: a member's bytes make no sense: ${error.message}`
    throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL', message, { cause: error })
  }
}
