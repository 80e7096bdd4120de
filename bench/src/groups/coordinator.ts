// Waiting for a group's coordinator: that it exists, and that it has read its log.

import { setTimeout as delay } from 'node:timers/promises'
import { KafkaConnection } from '@samsa/network'
import { FindCoordinator, OffsetFetch } from '@samsa/protocol'
import { nodeNetwork } from '@samsa/world/node'

/** Resolves when the coordinator answers for this group. */
export async function coordinatorReady(port: number, groupId: string): Promise<void> {
  await using connection = await KafkaConnection.open(nodeNetwork, { host: '127.0.0.1', port })
  for (let tries = 0; tries < 6000; tries++) {
    const found = await connection.send(FindCoordinator, 4, {
      keyType: 0,
      coordinatorKeys: [groupId],
    })
    if (found.coordinators[0]?.errorCode === 0) {
      const groups = [{ groupId, memberId: null, memberEpoch: -1, topics: null }]
      const answer = await connection.send(OffsetFetch, 9, { groups, requireStable: false })
      if (answer.groups[0]?.errorCode === 0) return
    }
    await delay(10)
  }
  throw new Error(`the coordinator of ${groupId} is not ready within a minute`)
}
