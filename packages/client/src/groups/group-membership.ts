// A member of a group, in the protocol that the group is to have: which one may have to be asked of the broker.

import type { Cluster } from '../cluster/cluster.ts'
import { ClassicMembership } from './classic-membership.ts'
import type { GroupCoordinator } from './group-coordinator.ts'
import type { GroupMetadata, GroupPlan, Membership, PartitionHolder } from './membership.ts'
import type { SubscribedTopics } from './subscribed-topics.ts'

/** A member, whatever the protocol. */
export class GroupMembership implements Membership {
  readonly #inner: Membership

  constructor(
    cluster: Cluster,
    coordinator: GroupCoordinator,
    plan: GroupPlan,
    context: { readonly subscription: SubscribedTopics; readonly holder: PartitionHolder },
  ) {
    this.#inner = new ClassicMembership(cluster, coordinator, plan, context)
  }

  get metadata(): GroupMetadata {
    return this.#inner.metadata
  }

  start(): void {
    this.#inner.start()
  }

  rejoin(): void {
    this.#inner.rejoin()
  }

  async close(): Promise<void> {
    await this.#inner.close()
  }
}
