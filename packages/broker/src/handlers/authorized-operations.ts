// What a client may do with a resource, as a set of bits: KIP-430. Bit n stands for Kafka's operation number n.

import type { AclOperationName, AclResourceTypeName, RequestContext } from './request-context.ts'

const bits: Readonly<Record<AclOperationName, number>> = {
  Read: 3,
  Write: 4,
  Create: 5,
  Delete: 6,
  Alter: 7,
  Describe: 8,
  ClusterAction: 9,
  DescribeConfigs: 10,
  AlterConfigs: 11,
  IdempotentWrite: 12,
}

const operationsOf: Readonly<Record<'Topic' | 'Cluster', readonly AclOperationName[]>> = {
  Topic: [
    'Read',
    'Write',
    'Create',
    'Describe',
    'Delete',
    'Alter',
    'DescribeConfigs',
    'AlterConfigs',
  ],
  Cluster: [
    'Create',
    'ClusterAction',
    'DescribeConfigs',
    'AlterConfigs',
    'IdempotentWrite',
    'Alter',
    'Describe',
  ],
}

/** Name of the one resource of type Cluster. */
export const clusterResource = 'kafka-cluster'

/** What responses say when nobody asked. */
export const operationsNotAsked = -2147483648

/** The operations that the client of this request may carry out on the resource. */
export function authorizedOperations(
  context: RequestContext,
  type: AclResourceTypeName & keyof typeof operationsOf,
  name: string,
): number {
  let set = 0
  for (const operation of operationsOf[type]) {
    if (context.isAuthorized(operation, type, name)) set |= 1 << bits[operation]
  }
  return set
}
