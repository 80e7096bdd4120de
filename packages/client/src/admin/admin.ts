// The admin client: everything that can be asked of or changed in a cluster, family by family.

import type { Cluster } from '../cluster/cluster.ts'
import { AclAdmin } from './acls.ts'
import { ClusterAdmin } from './cluster-admin.ts'
import { ConfigAdmin } from './configs.ts'
import { Desk } from './desk.ts'
import { FeatureAdmin } from './features.ts'
import { GroupAdmin } from './groups.ts'
import { QuotaAdmin } from './quotas.ts'
import { RecordAdmin } from './records.ts'
import { ReplicaAdmin } from './replicas.ts'
import { TopicAdmin } from './topics.ts'
import { TransactionAdmin } from './transactions.ts'
import { UserAdmin } from './users.ts'

/**
 * Admin calls of a client. Calls about several things send one request to each broker concerned, follow leaders,
 * coordinators and controllers where they move, and give `Results`.
 */
export class Admin {
  readonly topics: TopicAdmin
  readonly configs: ConfigAdmin
  readonly groups: GroupAdmin
  readonly records: RecordAdmin
  readonly cluster: ClusterAdmin
  readonly transactions: TransactionAdmin
  readonly replicas: ReplicaAdmin
  readonly acls: AclAdmin
  readonly users: UserAdmin
  readonly quotas: QuotaAdmin
  readonly features: FeatureAdmin

  constructor(cluster: Cluster) {
    const desk = new Desk(cluster)
    this.topics = new TopicAdmin(desk)
    this.configs = new ConfigAdmin(desk)
    this.groups = new GroupAdmin(desk)
    this.records = new RecordAdmin(desk)
    this.cluster = new ClusterAdmin(desk)
    this.transactions = new TransactionAdmin(desk, this.records)
    this.replicas = new ReplicaAdmin(desk)
    this.acls = new AclAdmin(desk)
    this.users = new UserAdmin(desk)
    this.quotas = new QuotaAdmin(desk)
    this.features = new FeatureAdmin(desk)
  }
}
