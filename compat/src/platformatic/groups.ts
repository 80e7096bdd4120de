// Groups under both protocols: members share partitions, commit, leave, and are described, altered and deleted.

import type { GroupProtocols } from '@platformatic/kafka'
import { type Platformatic, type Text, eventually, until } from './client.ts'

type Protocol = (typeof GroupProtocols)[keyof typeof GroupProtocols]

/** How many messages have been read; a rebalance may repeat some. */
function distinct(reads: readonly (readonly Text[])[]): number {
  return new Set(reads.flat().map(({ partition, offset }) => `${partition} ${offset}`)).size
}

async function share(client: Platformatic, groupProtocol: Protocol): Promise<void> {
  const { checks } = client
  const topic = `shared-${groupProtocol}`
  const groupId = `readers-${groupProtocol}`
  const admin = client.admin()
  await client.createTopic(topic, 4)
  const producer = client.producer()
  const messages = Array.from({ length: 200 }, (_, i) => ({
    topic,
    key: `${i}`,
    value: `value ${i}`,
  }))
  await producer.send({ messages })

  // The classic protocol takes its times from the client, the newer one from the broker.
  const options =
    groupProtocol === 'consumer'
      ? ({ groupProtocol, autocommit: true } as const)
      : ({
          groupProtocol,
          autocommit: true,
          heartbeatInterval: 300,
          sessionTimeout: 10_000,
        } as const)
  const committed = { mode: 'committed', fallbackMode: 'earliest' } as const
  const first = client.consumer(groupId, options)
  const reads = [await client.read(first, topic, committed)]
  checks.check(
    await until(() => distinct(reads) >= 200),
    `${groupProtocol}: one member reads all 200, read ${distinct(reads)}`,
  )
  const second = client.consumer(groupId, options)
  reads.push(await client.read(second, topic, committed))
  const shares = (): string =>
    [first, second]
      .map(({ assignments }) => assignments?.flatMap(({ partitions }) => partitions).length ?? 0)
      .join()
  checks.check(
    await until(() => shares() === '2,2'),
    `${groupProtocol}: two members share four partitions: ${shares()}`,
  )
  await producer.send({ messages })
  checks.check(
    await until(() => distinct(reads) >= 400),
    `${groupProtocol}: two members read 400, read ${distinct(reads)}`,
  )
  const described = (await admin.describeGroups({ groups: [groupId] })).get(groupId)
  if (groupProtocol === 'classic') {
    checks.check(
      described?.state === 'Stable' && described.members.size === 2,
      `describeGroups: ${described?.state}, ${described?.members.size} members`,
    )
  }
  const listed = (await admin.listGroups({ types: ['classic', 'consumer'] })).get(groupId)
  checks.check(
    listed?.state === 'Stable' && listed.groupType?.toLowerCase() === groupProtocol,
    `listGroups: ${JSON.stringify(listed)}`,
  )
  await client.refuses(
    admin.deleteGroups({ groups: [groupId] }),
    'NON_EMPTY_GROUP',
    `${groupProtocol}: a group with members is not deleted`,
  )
  await first.close(true)
  await producer.send({ messages })
  checks.check(
    await until(() => distinct(reads) >= 600),
    `${groupProtocol}: the member that is left goes on, read ${distinct(reads)}`,
  )
  const commits = async (): Promise<string> => {
    const [group] = await admin.listConsumerGroupOffsets({ groups: [groupId] })
    const partitions = group?.topics.flatMap((t) => t.partitions) ?? []
    return partitions
      .toSorted((a, b) => a.partitionIndex - b.partitionIndex)
      .map(({ committedOffset }) => committedOffset)
      .join()
  }
  const committedSum = async (): Promise<number> =>
    (await commits()).split(',').reduce((sum, offset) => sum + Number(offset), 0)
  await eventually(async () => (await committedSum()) === 600)
  await second.close(true)
  const third = client.consumer(groupId, options)
  const resumed = await client.read(third, topic, committed)
  await producer.send({ messages: [{ topic, key: 'last', value: 'one more' }] })
  await until(() => resumed.some(({ key }) => key === 'last'))
  checks.check(
    resumed.length === 1,
    `${groupProtocol}: the group goes on at its commits, read ${resumed.length}`,
  )
  await eventually(async () => (await committedSum()) === 601)
  await third.close(true)

  checks.check(
    (await committedSum()) === 601,
    `${groupProtocol}: commits add up to 601: ${await commits()}`,
  )
  const partitionOffsets = [0, 1, 2, 3].map((partition) => ({ partition, offset: 5n }))
  await admin.alterConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionOffsets }] })
  checks.check((await commits()) === '5,5,5,5', `${groupProtocol}: altered: ${await commits()}`)
  await admin.deleteConsumerGroupOffsets({
    groupId,
    topics: [{ name: topic, partitionIndexes: [0, 1] }],
  })
  checks.check((await commits()) === '5,5', `${groupProtocol}: two are left: ${await commits()}`)
  await admin.deleteGroups({ groups: [groupId] })
  checks.check(
    !(await admin.listGroups({ types: ['classic', 'consumer'] })).has(groupId),
    `${groupProtocol}: the group is deleted`,
  )
}

/** The classic protocol. */
export async function classicGroups(client: Platformatic): Promise<void> {
  await share(client, 'classic')
}

/** The protocol of KIP-848. */
export async function consumerGroups(client: Platformatic): Promise<void> {
  await share(client, 'consumer')
}
