// Many members join at once: how long until every group has all of its members in one generation.

import { setTimeout as delay } from 'node:timers/promises'
import { SamsaProcess } from '../../../compat/src/samsa/process.ts'
import type { Row } from '../row.ts'
import { ClassicMember } from './classic-member.ts'
import { coordinatorReady } from './coordinator.ts'

const groupCount = 100
const membersEach = 10
const goalSeconds = 2
const limitSeconds = 40

/** All members have an assignment, and in each group for the same generation. */
function isSettled(members: readonly ClassicMember[]): boolean {
  const generations = new Map<string, number>()
  return members.every(({ groupId, generation }) => {
    if (generation === -1) return false
    const others = generations.get(groupId)
    generations.set(groupId, generation)
    return others === undefined || others === generation
  })
}

/** 1,000 members in 100 groups. */
export async function benchJoining(directory: string): Promise<Row> {
  await using broker = await SamsaProcess.start({
    directory,
    settings: { 'group.initial.rebalance.delay.ms': '0' },
  })
  await coordinatorReady(broker.port, 'group-0')
  const members: ClassicMember[] = []
  for (let i = 0; i < groupCount * membersEach; i++) {
    members.push(await ClassicMember.connect(broker.port, `group-${i % groupCount}`))
  }
  const started = performance.now()
  let failure: unknown
  const running = members.map((member) =>
    member.run().catch((error: unknown) => {
      failure ??= error
    }),
  )
  const elapsed = (): number => (performance.now() - started) / 1000
  while (!isSettled(members) && failure === undefined && elapsed() < limitSeconds) await delay(5)
  const seconds = elapsed()
  const early = failure
  const settled = isSettled(members)
  // A member that waits for the others is answered by nobody any more.
  await broker.stop('SIGKILL')
  await Promise.all(members.map((member) => member[Symbol.asyncDispose]()))
  await Promise.all(running)
  if (early !== undefined) throw early
  return {
    name: `${groupCount * membersEach} members in ${groupCount} groups settle`,
    ours: seconds,
    unit: 's',
    goal: `<= ${goalSeconds}`,
    met: settled && seconds <= goalSeconds,
  }
}
