// Topics, their settings and their records as an administrator sees them.

import {
  type ClusterPartitionMetadata,
  ConfigResourceTypes,
  IncrementalAlterConfigOperationTypes,
} from '@platformatic/kafka'
import { type Platformatic, eventually } from './client.ts'

/** Create, describe, alter, delete. */
export async function topics(client: Platformatic): Promise<void> {
  const { checks } = client
  const admin = client.admin()
  const created = await admin.createTopics({
    topics: ['admin-topic'],
    partitions: 2,
    replicas: 1,
    configs: [{ name: 'retention.ms', value: '86400000' }],
  })
  checks.check(
    created[0]?.partitions === 2 && created[0].replicas === 1 && created[0].id.length === 36,
    `createTopics answers with the topic: ${JSON.stringify(created[0])}`,
  )
  await eventually(async () => (await admin.listTopics()).includes('admin-topic'))
  const listed = await admin.listTopics()
  checks.check(listed.includes('admin-topic'), `listTopics lists it: ${listed}`)
  const again = admin.createTopics({ topics: ['admin-topic'], partitions: 1 })
  await client.refuses(again, 'TOPIC_ALREADY_EXISTS', 'a topic is created once')
  const badName = admin.createTopics({ topics: ['no/slash'], partitions: 1 })
  await client.refuses(badName, 'INVALID_TOPIC_EXCEPTION', 'a name is checked')
  const many = admin.createTopics({ topics: ['replicas'], partitions: 1, replicas: 7 })
  await client.refuses(many, 'INVALID_REPLICATION_FACTOR', 'seven replicas do not fit')
  const badConfig = admin.createTopics({
    topics: ['bad-config'],
    configs: [{ name: 'retention.ms', value: 'long' }],
  })
  await client.refuses(badConfig, 'INVALID_CONFIG', 'a setting is checked')

  const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: 'admin-topic' }
  const settings = async (): Promise<Map<string, { value: string | null; source: number }>> => {
    const asked = { ...resource, configurationKeys: null }
    const [answer] = await admin.describeConfigs({
      resources: [asked as never],
      includeSynonyms: true,
    })
    return new Map(
      answer?.configs.map((c) => [c.name, { value: c.value ?? null, source: c.configSource }]),
    )
  }
  const before = await settings()
  checks.check(
    before.get('retention.ms')?.value === '86400000' && before.get('retention.ms')?.source === 1,
    `describeConfigs knows the topic's own setting: ${JSON.stringify(before.get('retention.ms'))}`,
  )
  checks.check(
    before.get('cleanup.policy')?.value === 'delete' && before.get('cleanup.policy')?.source === 5,
    `describeConfigs knows defaults: ${JSON.stringify(before.get('cleanup.policy'))}`,
  )
  checks.check(before.size > 25, `describeConfigs lists all topic settings, ${before.size}`)
  await admin.incrementalAlterConfigs({
    resources: [
      {
        ...resource,
        configs: [
          {
            name: 'segment.bytes',
            value: '2097152',
            configOperation: IncrementalAlterConfigOperationTypes.SET,
          },
          {
            name: 'retention.ms',
            configOperation: IncrementalAlterConfigOperationTypes.DELETE,
          },
        ],
      },
    ],
  })
  const own = async (name: string): Promise<boolean> => (await settings()).get(name)?.source === 1
  // A broker may answer before it has heard of a change that the controller has accepted.
  await eventually(async () => (await own('segment.bytes')) && !(await own('retention.ms')))
  const after = await settings()
  checks.check(
    after.get('segment.bytes')?.value === '2097152' && after.get('retention.ms')?.source === 5,
    `incrementalAlterConfigs sets and deletes: ${JSON.stringify(after.get('retention.ms'))}`,
  )
  await admin.alterConfigs({
    resources: [{ ...resource, configs: [{ name: 'retention.ms', value: '1000' }] }],
  })
  await eventually(async () => !(await own('segment.bytes')))
  const replaced = await settings()
  checks.check(
    replaced.get('retention.ms')?.value === '1000' && replaced.get('segment.bytes')?.source === 5,
    'alterConfigs replaces all settings',
  )

  const [broker] = (await admin.metadata({ topics: [] })).brokers.keys()
  const wider = { name: 'admin-topic', count: 3, assignments: [{ brokerIds: [broker ?? 0] }] }
  await admin.createPartitions({ topics: [wider], validateOnly: false })
  let partitions: readonly ClusterPartitionMetadata[] = []
  await eventually(async () => {
    const { topics } = await admin.metadata({ topics: ['admin-topic'], forceUpdate: true })
    partitions = topics.get('admin-topic')?.partitions ?? []
    return partitions.length === 3
  })
  checks.check(partitions.length === 3, `createPartitions adds one: ${partitions.length}`)
  checks.check(
    partitions.every(({ leader, isr }) => isr.length === 1 && isr[0] === leader),
    'every partition has a leader in sync',
  )

  await records(client, partitions[0]?.leader ?? -1)
  await admin.deleteTopics({ topics: ['admin-topic'] })
  await eventually(async () => !(await admin.listTopics()).includes('admin-topic'))
  const left = await admin.listTopics()
  checks.check(!left.includes('admin-topic'), 'deleteTopics deletes it')
  const absent = admin.deleteTopics({ topics: ['admin-topic'] })
  await client.refuses(absent, 'UNKNOWN_TOPIC_OR_PARTITION', 'a topic is deleted once')
}

async function records(client: Platformatic, leader: number): Promise<void> {
  const { checks } = client
  const admin = client.admin()
  const producer = client.producer()
  const topic = 'admin-topic'
  const messages = Array.from({ length: 10 }, (_, i) => ({
    topic,
    partition: 0,
    value: `value ${i}`,
    timestamp: BigInt(1_000_000 + i * 10),
  }))
  await producer.send({ messages })
  const deleted = await admin.deleteRecords({
    topics: [{ name: topic, partitions: [{ partition: 0, offset: 4n }] }],
  })
  checks.check(
    deleted[0]?.partitions[0]?.lowWatermark === 4n,
    `deleteRecords moves the start to 4: ${deleted[0]?.partitions[0]?.lowWatermark}`,
  )
  const offsetAt = async (timestamp: bigint): Promise<string> => {
    const partitions = [{ partitionIndex: 0, timestamp }]
    const [answer] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
    const found = answer?.partitions[0]
    return `${found?.offset} ${found?.timestamp}`
  }
  checks.check((await offsetAt(-2n)) === '4 -1', `earliest: ${await offsetAt(-2n)}`)
  checks.check((await offsetAt(-1n)) === '10 -1', `latest: ${await offsetAt(-1n)}`)
  checks.check((await offsetAt(-3n)) === '9 1000090', `largest time: ${await offsetAt(-3n)}`)
  checks.check((await offsetAt(1000055n)) === '6 1000060', `by time: ${await offsetAt(1000055n)}`)
  checks.check((await offsetAt(2000000n)) === '-1 -1', `too late: ${await offsetAt(2000000n)}`)
  const dirs = await admin.describeLogDirs({ topics: [{ name: topic, partitions: [0, 1, 2] }] })
  const found = dirs[0]?.results[0]?.topics.find(({ name }) => name === topic)
  const bytes = found?.partitions.find(({ partitionIndex }) => partitionIndex === 0)?.partitionSize
  checks.check(
    dirs[0]?.broker === leader && found?.partitions.length === 3 && Number(bytes) > 100,
    `describeLogDirs knows sizes: ${found?.partitions.length} partitions, ${bytes} bytes`,
  )
}
