// What a client may do with a group, as the bit field that describe responses carry.

import type { AclOperationName, RequestContext } from './request-context.ts'

/** Operations on groups and their bits: Kafka's AclOperation codes. */
const GROUP_OPERATIONS: readonly (readonly [AclOperationName, number])[] = [
  ['Read', 3],
  ['Delete', 6],
  ['Describe', 8],
  ['DescribeConfigs', 10],
  ['AlterConfigs', 11],
]

/** What the field holds when nobody asked. */
const NOT_ASKED = -0x80000000

/** The operations the client is authorized to, if it asked. */
export function groupOperations(
  context: RequestContext,
  groupId: string,
  isAsked: boolean,
): number {
  if (!isAsked) return NOT_ASKED
  let bits = 0
  for (const [operation, bit] of GROUP_OPERATIONS) {
    if (context.isAuthorized(operation, 'Group', groupId)) bits |= 1 << bit
  }
  return bits
}
