// What ListGroups and DescribeGroups tell of groups.

import type { ClassicGroup } from './classic/classic-group.ts'
import { NO_BYTES } from './classic/messages.ts'
import type { Group } from './group-machine.ts'

/** One line of ListGroups. */
export interface ListedGroup {
  readonly groupId: string
  readonly protocolType: string
  readonly groupState: string
  /** 'classic' or 'consumer'. */
  readonly groupType: string
}

/** Which groups are wanted; empty: all. Case does not matter (KIP-518, KIP-848). */
export interface GroupFilter {
  readonly states: readonly string[]
  readonly types: readonly string[]
}

/** The groups that pass the filter. */
export function listGroups(groups: Iterable<Group>, filter: GroupFilter): ListedGroup[] {
  const states = new Set(filter.states.map((state) => state.toLowerCase()))
  const types = new Set(filter.types.map((type) => type.toLowerCase()))
  const listed: ListedGroup[] = []
  for (const group of groups) {
    const groupState = group.state.kind
    if (states.size > 0 && !states.has(groupState.toLowerCase())) continue
    if (types.size > 0 && !types.has(group.type)) continue
    const { groupId, type: groupType } = group
    listed.push({ groupId, protocolType: group.protocolType ?? '', groupState, groupType })
  }
  return listed
}

/** A member as DescribeGroups shows it. */
export interface DescribedClassicMember {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly memberMetadata: Buffer
  readonly memberAssignment: Buffer
}

/** A classic group as DescribeGroups shows it. */
export interface DescribedClassicGroup {
  readonly groupId: string
  readonly groupState: string
  readonly protocolType: string
  readonly protocolData: string
  readonly members: readonly DescribedClassicMember[]
}

/** Describes a classic group; protocol and assignments count only while it is stable. */
export function describeClassicGroup(group: ClassicGroup): DescribedClassicGroup {
  const isStable = group.state.kind === 'Stable'
  return {
    groupId: group.groupId,
    groupState: group.state.kind,
    protocolType: group.protocolType ?? '',
    protocolData: isStable ? (group.protocolName ?? '') : '',
    members: Array.from(group.members.values(), (member) => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      memberMetadata: isStable ? member.metadata(group.protocolName) : NO_BYTES,
      memberAssignment: isStable ? member.assignment : NO_BYTES,
    })),
  }
}
