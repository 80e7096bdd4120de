// Who may do what, as Kafka's StandardAuthorizer decides: super users may do everything; an entry that denies wins over
// all that allow; some operations imply others; without any entry about a resource, the setting says.

import { KafkaError } from '@samsa/protocol'
import type { BrokerSettingsView } from '../configs/broker-settings-view.ts'
import type { AclOperationName, AclResourceTypeName } from '../handlers/request-context.ts'
import type { AccessControlLists } from './access-control-lists.ts'
import {
  type AclBinding,
  aclOperation,
  aclPermission,
  aclResourceType,
  patternCovers,
  wildcard,
} from './acl.ts'

const operations: Readonly<Record<AclOperationName, number>> = {
  Read: aclOperation.read,
  Write: aclOperation.write,
  Create: aclOperation.create,
  Delete: aclOperation.delete,
  Alter: aclOperation.alter,
  Describe: aclOperation.describe,
  ClusterAction: aclOperation.clusterAction,
  DescribeConfigs: aclOperation.describeConfigs,
  AlterConfigs: aclOperation.alterConfigs,
  IdempotentWrite: aclOperation.idempotentWrite,
}

const resourceTypes: Readonly<Record<AclResourceTypeName, number>> = {
  Topic: aclResourceType.topic,
  Group: aclResourceType.group,
  Cluster: aclResourceType.cluster,
  TransactionalId: aclResourceType.transactionalId,
}

const refusals = {
  Topic: 'TOPIC_AUTHORIZATION_FAILED',
  Group: 'GROUP_AUTHORIZATION_FAILED',
  Cluster: 'CLUSTER_AUTHORIZATION_FAILED',
  TransactionalId: 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
} as const satisfies Record<AclResourceTypeName, string>

/** Operations an allowing entry for which also allows the one asked for. */
const impliedBy: Readonly<Partial<Record<AclOperationName, readonly number[]>>> = {
  Describe: [aclOperation.read, aclOperation.write, aclOperation.delete, aclOperation.alter],
  DescribeConfigs: [aclOperation.alterConfigs],
}

/** Who asks. */
export interface Requester {
  /** `User:alice`. */
  readonly principal: string
  readonly host: string
}

/** Decides by access control lists; allows everything while authorizer.class.name is empty. */
export class Authorizer {
  readonly #settings: BrokerSettingsView
  readonly #lists: AccessControlLists

  constructor(settings: BrokerSettingsView, lists: AccessControlLists) {
    this.#settings = settings
    this.#lists = lists
  }

  /** Whether access is controlled at all. */
  get isConfigured(): boolean {
    return this.#settings.get('authorizer.class.name') !== ''
  }

  /** Whether the requester may carry out the operation on the resource. */
  allows(
    requester: Requester,
    operation: AclOperationName,
    resourceType: AclResourceTypeName,
    name: string,
  ): boolean {
    if (!this.isConfigured || this.#isSuperUser(requester.principal)) return true
    const type = resourceTypes[resourceType]
    const about = this.#lists
      .all()
      .filter((binding) => binding.resourceType === type && patternCovers(binding, name))
    if (about.length === 0) return this.#settings.get('allow.everyone.if.no.acl.found')
    const mine = about.filter((binding) => isFor(binding, requester))
    const asked = operations[operation]
    const covers = (binding: AclBinding, others: readonly number[]): boolean =>
      binding.operation === aclOperation.all ||
      binding.operation === asked ||
      others.includes(binding.operation)
    const { deny, allow } = aclPermission
    if (mine.some((one) => one.permissionType === deny && covers(one, []))) return false
    const implied = impliedBy[operation] ?? []
    return mine.some((one) => one.permissionType === allow && covers(one, implied))
  }

  /** Throws the error of the refusal (TOPIC_AUTHORIZATION_FAILED …) when `allows` is false. */
  require(
    requester: Requester,
    operation: AclOperationName,
    resourceType: AclResourceTypeName,
    name: string,
  ): void {
    if (this.allows(requester, operation, resourceType, name)) return
    throw new KafkaError(refusals[resourceType])
  }

  #isSuperUser(principal: string): boolean {
    const users = this.#settings.get('super.users')
    return users.split(';').some((user) => user.trim() === principal)
  }
}

function isFor({ principal, host }: AclBinding, requester: Requester): boolean {
  const everyone = `${requester.principal.slice(0, requester.principal.indexOf(':'))}:${wildcard}`
  return (
    (principal === requester.principal || principal === everyone) &&
    (host === wildcard || host === requester.host)
  )
}
