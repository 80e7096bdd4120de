// Groups as kafkajs describes them: what members said of themselves stays bytes.

import type { Admin as ClientAdmin } from '@samsa/client'

/** A member of a group. */
export interface MemberDescription {
  readonly clientHost: string
  readonly clientId: string
  readonly memberId: string
  readonly memberAssignment: Buffer
  readonly memberMetadata: Buffer
}

/** A group. */
export interface GroupDescription {
  readonly groupId: string
  readonly members: readonly MemberDescription[]
  readonly protocol: string
  readonly protocolType: string
  readonly state: string
}

const empty = Buffer.alloc(0)

/** Describes groups; one that does not exist is dead, as in kafkajs. */
export async function describeGroups(
  admin: ClientAdmin,
  groupIds: readonly string[],
): Promise<GroupDescription[]> {
  const outcomes = await admin.groups.describe(groupIds).each()
  return [...outcomes].map(([groupId, group]) => {
    if (!(group instanceof Error)) {
      return {
        groupId,
        members: group.members.map((member) => ({
          clientHost: member.clientHost,
          clientId: member.clientId,
          memberId: member.memberId,
          memberAssignment: member.assignmentBytes ?? empty,
          memberMetadata: member.metadata ?? empty,
        })),
        protocol: group.assignor,
        protocolType: group.protocolType,
        state: group.state,
      }
    }
    if (group.name !== 'GROUP_ID_NOT_FOUND') throw group
    return { groupId, members: [], protocol: '', protocolType: '', state: 'Dead' }
  })
}
