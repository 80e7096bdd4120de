// The round robin assignor: all partitions of all topics, one after the other, each to the next member that wants its topic.

import type { Assignor, GroupAssignment, AssignorMember, TopicRacks } from './assignor.ts'
import { compareMembers, compareText } from './java-order.ts'

/** In turn, as Java's RoundRobinAssignor. */
export const roundRobinAssignor: Assignor = {
  name: 'roundrobin',
  protocol: 'eager',
  assign(topics: TopicRacks, members: readonly AssignorMember[]): GroupAssignment {
    const assignment: GroupAssignment = new Map(members.map(({ memberId }) => [memberId, []]))
    const inTurn = [...members].sort(compareMembers)
    const wanted = new Set(members.flatMap((member) => member.topics))
    let next = 0
    for (const topic of [...wanted].sort(compareText)) {
      const count = topics.get(topic)?.length ?? 0
      for (let partition = 0; partition < count; partition++) {
        while (inTurn[next]?.topics.includes(topic) !== true) next = (next + 1) % inTurn.length
        assignment.get(inTurn[next]?.memberId ?? '')?.push({ topic, partition })
        next = (next + 1) % inTurn.length
      }
    }
    return assignment
  },
}
