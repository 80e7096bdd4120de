// Many topics at once: the time from the first request until every partition is served by its leader.

import { setTimeout as delay } from 'node:timers/promises'
import { connectTo, createTopics, servedPartitions, viewOf } from './asking.ts'
import type { Contender, Member } from './contenders.ts'
import { controllerPort } from './loads.ts'

/** Topics of one request. */
const atOnce = 50

/** What is created. */
interface Many {
  readonly topics: number
  readonly partitionsEach: number
  readonly replicationFactor: number
}

/** Creates topics, 50 in a request; milliseconds until all of their partitions answer. */
export async function createMany(
  { members }: Contender,
  { topics, partitionsEach, replicationFactor }: Many,
): Promise<number> {
  const names = Array.from({ length: topics }, (_, i) => `many-${i}`)
  await using connection = await connectTo({ port: await controllerPort(members) })
  const startedAt = performance.now()
  for (let at = 0; at < topics; at += atOnce) {
    const how = { partitions: partitionsEach, replicationFactor }
    await createTopics(connection, names.slice(at, at + atOnce), how)
  }
  await using looking = await connectTo(members[0] as Member)
  for (;;) {
    const view = await viewOf(looking, names)
    if ((await servedPartitions(members, view)) >= topics * partitionsEach) break
    if (performance.now() - startedAt > 240_000) throw new Error('not all partitions are served')
    await delay(200)
  }
  return performance.now() - startedAt
}
