// Groups: listed, described, emptied of members, deleted. Their offsets are next door.

import {
  ConsumerGroupDescribe,
  DeleteGroups,
  DescribeGroups,
  errorName,
  KafkaError,
  LeaveGroup,
  ListGroups,
} from '@samsa/protocol'
import type { OpenLink } from '../cluster/open-link.ts'
import type { Desk } from './desk.ts'
import { type AdminCallOptions, checkCode, outcomeOf } from './errand.ts'
import {
  classicGroup,
  consumerGroup,
  type GroupDescription,
  type GroupListing,
  type GroupType,
} from './group-description.ts'
import { GroupOffsetAdmin } from './group-offsets.ts'
import type { Outcomes, Results } from './results.ts'
import { askMetadata, toBroker, toCoordinator } from './routes.ts'

/** A member to be removed: a static one by its instance id, any by its member id. */
export type MemberReference = { readonly groupInstanceId: string } | { readonly memberId: string }

/** Which groups to list. */
export interface GroupFilter {
  /** `Stable`, `Empty` …; all when absent (Kafka 2.6 and later). */
  readonly states?: readonly string[]
  /** All when absent (Kafka 3.8 and later). */
  readonly types?: readonly GroupType[]
  /** `consumer`, `connect` …; all when absent. */
  readonly protocolTypes?: readonly string[]
}

/** Admin calls about groups. */
export class GroupAdmin extends GroupOffsetAdmin {
  /** Groups of all coordinators. Rejects when one of them cannot be asked. */
  async list(options: AdminCallOptions & GroupFilter = {}): Promise<GroupListing[]> {
    const { cluster } = this.desk
    await askMetadata(cluster, { topics: [] }, this.desk.patience(options))
    const lists = await this.desk.run<number, number, GroupListing[]>(
      {
        items: [...cluster.metadata.brokers.keys()],
        keyOf: (brokerId) => brokerId,
        nameOf: (brokerId) => `Broker ${brokerId}`,
        route: toBroker(cluster, (brokerId) => brokerId),
        ask: async (link, _part, { brokerId }) => {
          return new Map([[brokerId, await listGroups(link, options, brokerId)]])
        },
      },
      options,
    )
    const { protocolTypes } = options
    return [...lists.values()]
      .flat()
      .filter(({ protocolType }) => protocolTypes?.includes(protocolType) ?? true)
      .sort((a, b) => (a.groupId < b.groupId ? -1 : 1))
  }

  /** Groups and their members, of both protocols; the results are by group id. GROUP_ID_NOT_FOUND. */
  describe(
    groupIds: readonly string[],
    options: AdminCallOptions & { readonly includeAuthorizedOperations?: boolean } = {},
  ): Results<string, GroupDescription> {
    const includeAuthorizedOperations = options.includeAuthorizedOperations ?? false
    return this.desk.run(
      {
        ...ofGroups(this.desk, groupIds),
        ask: async (link, part, { brokerId }) => {
          const context = { coordinatorId: brokerId, includeAuthorizedOperations }
          const found = await describeConsumerGroups(link, part, context)
          const rest = part.filter((groupId) => !found.has(groupId))
          if (rest.length === 0) return found
          return new Map([...found, ...(await describeClassicGroups(link, rest, context))])
        },
      },
      options,
    )
  }

  /** Deletes groups without members, and their offsets; the results are by group id. NON_EMPTY_GROUP. */
  delete(groupIds: readonly string[], options: AdminCallOptions = {}): Results<string, void> {
    return this.desk.run<string, string, void>(
      {
        ...ofGroups(this.desk, groupIds),
        ask: async (link, part) => {
          const answer = await link.send(DeleteGroups, { groupsNames: part })
          return new Map(
            answer.results.map((result) => [result.groupId, outcomeOf(result, undefined)]),
          )
        },
      },
      options,
    )
  }

  /** Makes members leave a classic group; the results are by instance id or member id. Kafka 2.4 and later. */
  removeMembers(
    groupId: string,
    members: readonly MemberReference[],
    options: AdminCallOptions & { readonly reason?: string } = {},
  ): Results<string, void> {
    const reason = options.reason ?? 'Removed by an admin client.'
    return this.desk.run<MemberReference, string, void>(
      {
        items: members,
        keyOf: memberKey,
        nameOf: (member) => `Member ${memberKey(member)} of group ${groupId}`,
        route: toCoordinator(this.desk.cluster, 'group', () => groupId),
        ask: async (link, part) => {
          const answer = await link.send(LeaveGroup, {
            groupId,
            members: part.map((member) => {
              return 'memberId' in member
                ? { ...member, reason }
                : { memberId: '', ...member, reason }
            }),
          })
          checkCode(answer.errorCode)
          return new Map(
            answer.members.map((member) => {
              return [member.groupInstanceId ?? member.memberId, outcomeOf(member, undefined)]
            }),
          )
        },
      },
      options,
    )
  }
}

function memberKey(member: MemberReference): string {
  return 'memberId' in member ? member.memberId : member.groupInstanceId
}

/** What errands to the coordinators of groups have in common. */
function ofGroups(desk: Desk, groupIds: readonly string[]) {
  return {
    items: groupIds,
    keyOf: (groupId: string) => groupId,
    nameOf: (groupId: string) => `Group ${groupId}`,
    route: toCoordinator<string>(desk.cluster, 'group', (groupId) => groupId),
  }
}

async function listGroups(
  link: OpenLink,
  { states = [], types = [] }: GroupFilter,
  coordinatorId: number,
): Promise<GroupListing[]> {
  const version = link.version(ListGroups)
  if (version < 4 && states.length > 0) throw tooOld(link, 'states')
  if (version < 5 && types.length > 0 && !types.includes('classic')) throw tooOld(link, 'types')
  const answer = await link.sendVersion(ListGroups, version, {
    ...(version >= 4 ? { statesFilter: states } : {}),
    ...(version >= 5 ? { typesFilter: types } : {}),
  })
  checkCode(answer.errorCode)
  return answer.groups.map(({ groupId, protocolType, groupState, groupType }) => ({
    groupId,
    protocolType,
    state: groupState === '' ? undefined : groupState,
    type: groupType === '' ? undefined : (groupType.toLowerCase() as GroupType),
    coordinatorId,
  }))
}

function tooOld(link: OpenLink, what: string): KafkaError {
  const message = `${link.name} cannot filter groups by ${what}.`
  return new KafkaError('UNSUPPORTED_VERSION', message)
}

interface DescribeContext {
  readonly coordinatorId: number
  readonly includeAuthorizedOperations: boolean
}

/** Groups of the consumer protocol; those of another kind, and unknown ones, are left out. */
async function describeConsumerGroups(
  link: OpenLink,
  groupIds: readonly string[],
  { coordinatorId, includeAuthorizedOperations }: DescribeContext,
): Promise<Outcomes<string, GroupDescription>> {
  const found: Outcomes<string, GroupDescription> = new Map()
  if (!link.serves(ConsumerGroupDescribe)) return found
  const request = { groupIds, includeAuthorizedOperations }
  const answer = await link.send(ConsumerGroupDescribe, request)
  for (const group of answer.groups) {
    const error = errorName(group.errorCode)
    if (error === 'GROUP_ID_NOT_FOUND' || error === 'UNSUPPORTED_VERSION') continue
    found.set(group.groupId, outcomeOf(group, consumerGroup(group, coordinatorId)))
  }
  return found
}

async function describeClassicGroups(
  link: OpenLink,
  groups: readonly string[],
  { coordinatorId, includeAuthorizedOperations }: DescribeContext,
): Promise<Outcomes<string, GroupDescription>> {
  const version = link.version(DescribeGroups)
  const answer = await link.sendVersion(DescribeGroups, version, {
    groups,
    ...(version >= 3 ? { includeAuthorizedOperations } : {}),
  })
  return new Map(
    answer.groups.map((group) => {
      const { groupId } = group
      // Before version 6 a group that does not exist is dead, and no error.
      if (group.errorCode === 0 && group.groupState === 'Dead') {
        return [groupId, new KafkaError('GROUP_ID_NOT_FOUND')]
      }
      return [groupId, outcomeOf(group, classicGroup(group, coordinatorId))]
    }),
  )
}
