// A member of a group, in the protocol that the group is to have. Where that is left open the broker is asked: KIP-848 if it
// offers it and takes the member, otherwise classic.

import { ConsumerGroupHeartbeat, KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'
import type { Cluster } from '../cluster/cluster.ts'
import { ClassicMembership } from './classic-membership.ts'
import { ConsumerMembership } from './consumer-membership.ts'
import type { GroupCoordinator } from './group-coordinator.ts'
import type { GroupPlan, Membership, PartitionHolder } from './membership.ts'
import type { SubscribedTopics } from './subscribed-topics.ts'
import type { GroupMetadata } from '../transactions/sent-offsets.ts'

/** Refusals of a first heartbeat after which the classic protocol may still be spoken. */
const refusals: ReadonlySet<string> = new Set([
  'UNSUPPORTED_VERSION',
  // The group has classic members that the broker does not take over.
  'GROUP_ID_NOT_FOUND',
  'INCONSISTENT_GROUP_PROTOCOL',
])

/** A member, whatever the protocol. */
export class GroupMembership implements Membership {
  readonly #cluster: Cluster
  readonly #coordinator: GroupCoordinator
  readonly #plan: GroupPlan
  readonly #context: { readonly subscription: SubscribedTopics; readonly holder: PartitionHolder }
  readonly #end = new AbortController()
  #inner: Membership | undefined
  #choosing: Promise<void> | undefined

  constructor(
    cluster: Cluster,
    coordinator: GroupCoordinator,
    plan: GroupPlan,
    context: { readonly subscription: SubscribedTopics; readonly holder: PartitionHolder },
  ) {
    this.#cluster = cluster
    this.#coordinator = coordinator
    this.#plan = plan
    this.#context = context
  }

  get metadata(): GroupMetadata {
    const { groupId, groupInstanceId = null } = this.#plan
    const outside = { groupId, generationId: -1, memberId: '', groupInstanceId }
    return this.#inner?.metadata ?? outside
  }

  start(): void {
    if (this.#inner !== undefined || this.#choosing !== undefined) return
    const { protocol } = this.#plan
    if (protocol === 'classic') this.#startClassic()
    else if (protocol === 'consumer') this.#startConsumer(undefined)
    else this.#choosing = this.#choose()
  }

  rejoin(): void {
    this.#inner?.rejoin()
  }

  async close(): Promise<void> {
    this.#end.abort(new WorldError('closed', 'consumer', 'The consumer is closed.'))
    await this.#choosing
    await this.#inner?.close()
  }

  /** Never rejects for anything but a bug. */
  async #choose(): Promise<void> {
    const { signal } = this.#end
    try {
      const patience = { deadlineMs: Number.POSITIVE_INFINITY, signal }
      const link = await this.#coordinator.link('main', patience)
      if (signal.aborted) return
      if (link.serves(ConsumerGroupHeartbeat)) this.#startConsumer(refusals)
      else this.#startClassic()
    } catch (error) {
      if (!(error instanceof WorldError || error instanceof KafkaError)) throw error
      if (!signal.aborted && !this.#cluster.ended.aborted) this.#context.holder.failed(error)
    }
  }

  #startClassic(): void {
    this.#inner = new ClassicMembership(this.#cluster, this.#coordinator, this.#plan, this.#context)
    this.#inner.start()
  }

  #startConsumer(acceptable: ReadonlySet<string> | undefined): void {
    this.#inner = new ConsumerMembership(this.#cluster, this.#coordinator, this.#plan, {
      ...this.#context,
      refused: ({ name }) => {
        if (acceptable?.has(name) !== true || this.#end.signal.aborted) return false
        this.#startClassic()
        return true
      },
    })
    this.#inner.start()
  }
}
