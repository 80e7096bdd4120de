// Commits against brokers that say what a test tells them: moved coordinators, epochs that went on, commits that come too
// late, and the order of it all.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { errorCode, type ErrorName, FindCoordinator, Metadata, OffsetCommit } from '@samsa/protocol'
import { simulate, type Simulation } from '@samsa/world/simulated'
import { parseAddresses } from '../cluster/address.ts'
import { Cluster } from '../cluster/cluster.ts'
import { readClusterOptions } from '../cluster/cluster-settings.ts'
import { answers, scriptedPort, startScripted } from '../testing/scripted-brokers.ts'
import { GroupCoordinator } from './group-coordinator.ts'
import { OffsetCommits } from './offset-commits.ts'

interface Stage {
  readonly commits: OffsetCommits
  /** What the coordinators were told: broker, epoch, offset. */
  readonly told: string[]
  /** Answers to the next commits; none is none. */
  readonly errors: ErrorName[]
  /** The epoch of the member. */
  member: { epoch: number }
  /** Who coordinates. */
  coordinator: { nodeId: number }
  readonly deadlineMs: () => number
}

async function staged(
  simulation: Simulation,
  play: (stage: Stage) => Promise<void>,
): Promise<void> {
  const told: string[] = []
  const errors: ErrorName[] = []
  const member = { epoch: 5 }
  const coordinator = { nodeId: 1 }
  for (const nodeId of [1, 2]) {
    const brokers = [1, 2].map((id) => ({ nodeId: id, host: `b${id}`, port: scriptedPort }))
    await startScripted(simulation, `b${nodeId}`, [
      answers(Metadata, () => ({ brokers, topics: [] })),
      answers(FindCoordinator, () => {
        const id = coordinator.nodeId
        return { nodeId: id, host: `b${id}`, port: scriptedPort }
      }),
      answers(OffsetCommit, async ({ generationIdOrMemberEpoch: epoch, topics }) => {
        const [partition] = topics[0]?.partitions ?? []
        told.push(`b${nodeId} ${epoch} ${partition?.committedOffset}`)
        await simulation.clock.sleep(10)
        const isHere = coordinator.nodeId === nodeId
        const error = isHere ? (errors.shift() ?? 'NONE') : 'NOT_COORDINATOR'
        const partitions = [{ partitionIndex: 0, errorCode: errorCode(error) }]
        return { topics: [{ name: 't', partitions }] }
      }),
    ])
  }
  const { world } = simulation.node('member')
  const cluster = new Cluster(world, parseAddresses([`b1:${scriptedPort}`]), readClusterOptions({}))
  const commits = new OffsetCommits(new GroupCoordinator(cluster, 'g'), () => ({
    groupId: 'g',
    generationId: member.epoch,
    memberId: 'm',
    groupInstanceId: null,
  }))
  const deadlineMs = (): number => world.clock.monotonic() + 5000
  await play({ commits, told, errors, member, coordinator, deadlineMs })
  await cluster.close()
}

function at(offset: number) {
  return [{ topic: 't', partition: 0, offset }]
}

test('commits leave one after the other, in the order of the calls', async () => {
  await simulate(1, (simulation) => {
    return staged(simulation, async ({ commits, told, errors, deadlineMs }) => {
      errors.push('COORDINATOR_LOAD_IN_PROGRESS')
      const all = [1, 2, 3].map((offset) =>
        commits.commit(at(offset), { deadlineMs: deadlineMs() }),
      )
      await Promise.all(all)
      assert.deepEqual(told, ['b1 5 1', 'b1 5 1', 'b1 5 2', 'b1 5 3'])
    })
  })
})

test('a coordinator that has moved is found, an epoch that went on is used', async () => {
  await simulate(2, (simulation) => {
    return staged(simulation, async (stage) => {
      const { commits, told, errors, member, coordinator, deadlineMs } = stage
      await commits.commit(at(1), { deadlineMs: deadlineMs() })
      coordinator.nodeId = 2
      await commits.commit(at(2), { deadlineMs: deadlineMs() })
      errors.push('STALE_MEMBER_EPOCH')
      const third = commits.commit(at(3), { deadlineMs: deadlineMs() })
      await simulation.clock.sleep(5)
      member.epoch = 6
      await third
      assert.deepEqual(told, ['b1 5 1', 'b1 5 2', 'b2 5 2', 'b2 5 3', 'b2 6 3'])
    })
  })
})

test('a commit that comes too late says for which partition, and holds up no other', async () => {
  await simulate(3, (simulation) => {
    return staged(simulation, async ({ commits, errors, deadlineMs }) => {
      errors.push('ILLEGAL_GENERATION')
      const late = commits.commit(at(1), { deadlineMs: deadlineMs() })
      const next = commits.commit(at(2), { deadlineMs: deadlineMs() })
      await assert.rejects(late, { name: 'ILLEGAL_GENERATION', message: /Group g, t-0/ })
      await next
      errors.push(...Array.from({ length: 99 }, (): ErrorName => 'NOT_COORDINATOR'))
      const endless = commits.commit(at(3), { deadlineMs: deadlineMs() })
      await assert.rejects(endless, { name: 'NOT_COORDINATOR' })
    })
  })
})
