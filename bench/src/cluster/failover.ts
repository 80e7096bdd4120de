// Brokers that die under measurement: how long until somebody else leads and acknowledges, or holds the controller's office
// and has given every partition a leader that is alive.

import { setTimeout as delay } from 'node:timers/promises'
import { ZooKeeperSession } from '@samsa/coordination/zookeeper'
import type { KafkaConnection } from '@samsa/network'
import { Produce } from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { batchOf } from '../broker/frames.ts'
import { connectTo, type View, viewOf } from './asking.ts'
import type { Contender, Member } from './contenders.ts'

/** Between two looks, in milliseconds. */
const lookMs = 10

/** Kills the leader of partition 0; milliseconds until the partition takes a record with acks=all again. */
export async function leaderFailover(contender: Contender, topic: string): Promise<number> {
  const { members } = contender
  const first = members[0] as Member
  const before = await lookOnce(first, [topic])
  const leader = before.leaders.get(topic)?.[0] ?? -1
  const victim = members.find(({ id }) => id === leader) ?? first
  const rest = members.filter((member) => member !== victim)
  const startedAt = performance.now()
  await victim.kill()
  await using connection = await connectTo(rest[0] as Member)
  const next = await until(connection, [topic], ({ leaders }) => {
    const id = leaders.get(topic)?.[0] ?? -1
    return id >= 0 && id !== victim.id
  })
  const heir = rest.find(({ id }) => id === next.leaders.get(topic)?.[0]) as Member
  await using writing = await connectTo(heir)
  while (!(await takes(writing, topic))) await delay(lookMs)
  return performance.now() - startedAt
}

/** What the death of a controller costs, in milliseconds. */
export interface ControllerFailover {
  /** From the end of its session until another controller has given all of its partitions away; where that is known. */
  readonly afterSessionMs: number | undefined
  /** The same from its death. */
  readonly afterDeathMs: number
}

/** Kills the controller; resolves when the others know of another one, and of no partition that it leads. */
export async function controllerFailover(contender: Contender): Promise<ControllerFailover> {
  const { members, zookeeper } = contender
  const { controllerId } = await lookOnce(members[0] as Member, [])
  const victim = members.find(({ id }) => id === controllerId) ?? (members[0] as Member)
  const rest = members.filter((member) => member !== victim)
  const session = zookeeper === undefined ? undefined : await sessionEnd(zookeeper, victim.id)
  const startedAt = performance.now()
  await victim.kill()
  await using connection = await connectTo(rest[0] as Member)
  // All topics make a large answer: they are looked at only when there is another controller.
  await until(connection, [], ({ controllerId: now, brokers }) => {
    return now !== victim.id && now >= 0 && !brokers.includes(victim.id)
  })
  await until(connection, null, ({ leaders }) => {
    return [...leaders.values()].every((ids) => !ids.includes(victim.id) && !ids.includes(-1))
  })
  const endedAt = performance.now()
  const sessionEndedAt = await session?.at
  await session?.close()
  return {
    afterDeathMs: endedAt - startedAt,
    afterSessionMs: sessionEndedAt === undefined ? undefined : endedAt - sessionEndedAt,
  }
}

async function lookOnce(member: Member, topics: readonly string[] | null): Promise<View> {
  await using connection = await connectTo(member)
  return await viewOf(connection, topics)
}

/** Looks again and again, for at most a minute. */
async function until(
  connection: KafkaConnection,
  topics: readonly string[] | null,
  holds: (view: View) => boolean,
): Promise<View> {
  const deadline = performance.now() + 60_000
  for (;;) {
    const view = await viewOf(connection, topics)
    if (holds(view)) return view
    if (performance.now() > deadline) throw new Error('nobody has taken over within a minute')
    await delay(lookMs)
  }
}

async function takes(connection: KafkaConnection, topic: string): Promise<boolean> {
  const { responses } = await connection.send(Produce, 9, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index: 0, records: batchOf(1, 100) }] }],
  })
  return responses[0]?.partitionResponses[0]?.errorCode === 0
}

/** When ZooKeeper lets go of a broker. */
async function sessionEnd(
  { port, root }: { readonly port: number; readonly root: string },
  brokerId: number,
): Promise<{ readonly at: Promise<number>; close(): Promise<void> }> {
  const session = await ZooKeeperSession.connect(nodeWorld(), {
    servers: [{ host: '127.0.0.1', port }],
    chroot: root,
  })
  const { promise, resolve } = Promise.withResolvers<number>()
  const node = new RegExp(`/brokers/${brokerId}$`)
  await session.watch('/', {
    changed: (path) => {
      const atMs = performance.now()
      if (!node.test(path)) return
      session.get(path).then(
        (there) => {
          if (there === undefined) resolve(atMs)
        },
        () => {},
      )
    },
    resync: () => {},
  })
  return { at: promise, close: () => session.close() }
}
