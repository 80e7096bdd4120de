// What an admin client of ours is promised: topics, configurations, groups, offsets, records and the cluster itself, each
// thing with its own outcome, errors that name it.

import { type Admin, connect, string, topic } from '@samsa/client'
import { errorOf, soon, type Story } from './story.ts'

/** Creates topics and waits for nothing else. */
async function create(admin: Admin, name: string, partitions: number): Promise<void> {
  await admin.topics.create([{ name, partitions, replicationFactor: 1 }])
}

/** Topics are created, listed, described by name and by id, given partitions, deleted. */
export const topics: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const [one, two] = [`${prefix}one`, `${prefix}two`]
  const tried = await admin.topics.create([{ name: one, partitions: 2 }], { validateOnly: true })
  checks.check(tried.get(one)?.partitions === 2, 'a creation can be tried')
  const missing = await errorOf(admin.topics.describe([one]))
  checks.check(missing?.name === 'UNKNOWN_TOPIC_OR_PARTITION', `it is not there: ${missing?.name}`)
  checks.check(missing?.message.includes(one) === true, `the error names it: ${missing?.message}`)
  const created = await admin.topics.create([
    { name: one, partitions: 2, replicationFactor: 1, configs: { 'retention.ms': '1234' } },
    { name: two, replicas: [[1], [1], [1]] },
  ])
  const topicId = created.get(one)?.topicId ?? ''
  checks.check(topicId.length === 22, `it has an id: ${topicId}`)
  checks.check(created.get(two)?.partitions === 3, 'replicas say how many partitions')
  const mixed = [{ name: one }, { name: `${prefix}three` }, { name: 'not a name' }]
  const outcomes = await admin.topics.create(mixed).each()
  const names = [...outcomes.values()].map((outcome) =>
    outcome instanceof Error ? outcome.name : 'created',
  )
  checks.check(
    names.join() === 'TOPIC_ALREADY_EXISTS,created,INVALID_TOPIC_EXCEPTION',
    `each has its outcome: ${names.join()}`,
  )
  const both = await errorOf(
    admin.topics.create([mixed[0] ?? { name: '' }, { name: 'not a name' }]),
  )
  checks.check(both?.message.includes('2 of 2') === true, `all failures are told: ${both?.message}`)
  const listed = (await admin.topics.list()).map(({ name }) => name)
  checks.check(listed.includes(one) && listed.includes(two), `they are listed: ${listed.join()}`)
  const described = await admin.topics.describe([two, one])
  const partitions = described.get(two)?.partitions
  checks.check(partitions?.length === 3, `it has 3 partitions, not ${partitions?.length}`)
  checks.check(partitions?.[2]?.leaderId === 1, 'each has a leader')
  checks.check(partitions?.[0]?.inSyncReplicas.join() === '1', 'and in-sync replicas')
  const operations = await admin.topics.describe([one], { includeAuthorizedOperations: true })
  const allowed = operations.get(one)?.authorizedOperations ?? []
  checks.check(allowed.includes('READ') && allowed.includes('ALTER'), `allowed: ${allowed.join()}`)
  const byId = await admin.topics.describe([{ topicId }])
  checks.check(byId.get(topicId)?.name === one, 'it is found by its id')
  await admin.topics.addPartitions([{ topic: one, total: 5 }])
  const grown = await soon(
    () => admin.topics.describe([one]),
    (found) => found.get(one)?.partitions.length === 5,
  )
  checks.check(grown.get(one)?.partitions.length === 5, 'it is given partitions')
  const fewer = await errorOf(admin.topics.addPartitions([{ topic: one, total: 1 }]))
  checks.check(fewer?.name === 'INVALID_PARTITIONS', `never fewer: ${fewer?.name}`)
  await admin.topics.delete([{ topicId }, two])
  const gone = await soon(
    () => admin.topics.describe([one, two]).each(),
    (found) => [...found.values()].every((outcome) => outcome instanceof Error),
  )
  const errors = [...gone.values()].map((outcome) => (outcome instanceof Error ? outcome.name : ''))
  checks.check(
    errors.join() === 'UNKNOWN_TOPIC_OR_PARTITION,UNKNOWN_TOPIC_OR_PARTITION',
    `they are gone: ${errors.join()}`,
  )
}

/** Configurations say where values come from and change value by value. */
export const configs: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const name = `${prefix}configs`
  await create(admin, name, 1)
  const resource = { type: 'TOPIC', name } as const
  await admin.configs.alter([
    { ...resource, set: { 'retention.ms': '5000' }, append: { 'cleanup.policy': 'compact' } },
  ])
  const read = async () => {
    const keys = ['retention.ms', 'cleanup.policy', 'segment.bytes']
    const options = { includeSynonyms: true, includeDocumentation: true }
    const found = await admin.configs.describe([{ ...resource, keys }], options)
    const entries = found.get(`TOPIC:${name}`)?.entries ?? []
    return new Map(entries.map((entry) => [entry.name, entry]))
  }
  const set = await soon(read, (found) => found.get('retention.ms')?.value === '5000')
  checks.check(set.size === 3, `only what was asked for: ${[...set.keys()].join()}`)
  checks.check(set.get('retention.ms')?.value === '5000', 'a value is set')
  const source = set.get('retention.ms')?.source
  checks.check(source === 'DYNAMIC_TOPIC_CONFIG', `its source is the topic: ${source}`)
  const policies = set.get('cleanup.policy')?.value
  checks.check(policies === 'delete,compact', `a list is appended to: ${policies}`)
  checks.check(set.get('segment.bytes')?.type === 'INT', 'types are told')
  checks.check((set.get('segment.bytes')?.synonyms.length ?? 0) > 0, 'so are synonyms')
  checks.check((set.get('segment.bytes')?.documentation ?? '').length > 10, 'and documentation')
  await admin.configs.alter([
    { ...resource, delete: ['retention.ms'], subtract: { 'cleanup.policy': 'delete' } },
  ])
  const reset = await soon(read, (found) => found.get('cleanup.policy')?.value === 'compact')
  checks.check(reset.get('retention.ms')?.source === 'DEFAULT_CONFIG', 'a value is taken back')
  checks.check(reset.get('cleanup.policy')?.value === 'compact', 'a list is taken from')
  const wrong = await errorOf(
    admin.configs.alter([{ ...resource, set: { 'retention.ms': 'soon' } }]),
  )
  checks.check(wrong?.name === 'INVALID_CONFIG', `nonsense is refused: ${wrong?.name}`)
  checks.check(wrong?.message.includes(name) === true, `and named: ${wrong?.message}`)
  const broker = { type: 'BROKER', name: '1' } as const
  const own = await admin.configs.describe([broker])
  const entries = own.get('BROKER:1')?.entries ?? []
  checks.check(entries.length > 100, `a broker has many settings: ${entries.length}`)
  await admin.configs.alter([{ ...broker, set: { 'log.cleaner.threads': '1' } }])
  await admin.configs.alter([{ ...broker, delete: ['log.cleaner.threads'] }])
  const absent = await errorOf(admin.configs.describe([{ type: 'TOPIC', name: `${prefix}none` }]))
  checks.check(absent?.name === 'UNKNOWN_TOPIC_OR_PARTITION', `no such topic: ${absent?.name}`)
}

/** Offsets of groups are set, read and deleted; groups are listed, described and deleted. */
export const committedOffsets: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const name = `${prefix}offsets`
  const groupId = `${prefix}group`
  await create(admin, name, 2)
  await admin.groups.alterOffsets(groupId, [
    { topic: name, partition: 0, offset: 7, metadata: 'seven' },
    { topic: name, partition: 1, offset: 9, leaderEpoch: 0 },
  ])
  const read = async () => (await admin.groups.offsets([groupId])).get(groupId) ?? []
  const offsets = await read()
  const text = offsets.map((o) => `${o.partition} ${o.offset} ${o.leaderEpoch} ${o.metadata}`)
  checks.check(text.sort().join() === '0 7 undefined seven,1 9 0 ', `they are read: ${text.join()}`)
  const groups = await admin.groups.list({ states: ['Empty'] })
  const listed = groups.find((group) => group.groupId === groupId)
  checks.check(listed?.state === 'Empty', `the group is listed: ${JSON.stringify(listed)}`)
  checks.check(listed?.coordinatorId === 1, 'with its coordinator')
  const described = await admin.groups.describe([groupId])
  const group = described.get(groupId)
  checks.check(group?.state === 'Empty' && group.type === 'classic', `it is described`)
  checks.check(group?.members.length === 0, 'it has no members')
  await admin.groups.deleteOffsets(groupId, [{ topic: name, partition: 0 }])
  checks.check((await read()).length === 1, 'one offset is deleted')
  await admin.groups.delete([groupId])
  const gone = await errorOf(admin.groups.describe([groupId]))
  checks.check(gone?.name === 'GROUP_ID_NOT_FOUND', `the group is gone: ${gone?.name}`)
  checks.check(gone?.message.includes(groupId) === true, `the error names it: ${gone?.message}`)
  checks.check((await read()).length === 0, 'a group that is not there has no offsets')
}

/** Ends and times of logs are found, records are deleted, producers are remembered. */
export const logEnds: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const log = topic(`${prefix}log`, { value: string })
  await create(admin, log.name, 2)
  const records = Array.from({ length: 10 }, (_, i) => {
    return { key: null, value: `${i}`, partition: 0, timestamp: 1_700_000_000_000 + (i % 8) * 1000 }
  })
  await kafka.producer().sendAll(log, records)
  const at = async (place: Parameters<typeof admin.records.offsets>[0][number]['at']) => {
    const where = { topic: log.name, partition: 0, at: place }
    const found = await admin.records.offsets([where])
    return found.get(`${log.name}-0`)
  }
  checks.check((await at('earliest'))?.offset === 0, 'it begins at 0')
  checks.check((await at('latest'))?.offset === 10, 'it ends at 10')
  const largest = await at('max-timestamp')
  checks.check(largest?.offset === 7, `the largest timestamp is at 7: ${largest?.offset}`)
  checks.check((await at({ timestamp: 1_700_000_004_500 }))?.offset === 5, 'times are found')
  const deleted = await admin.records.delete([{ topic: log.name, partition: 0, before: 4 }])
  checks.check(deleted.get(`${log.name}-0`) === 4, 'records are deleted')
  checks.check((await at('earliest'))?.offset === 4, 'the log begins later')
  await admin.records.delete([{ topic: log.name, partition: 0, before: 'high-watermark' }])
  checks.check((await at('earliest'))?.offset === 10, 'all of it')
  const beyond = await admin.records
    .delete([
      { topic: log.name, partition: 0, before: 99 },
      { topic: log.name, partition: 1, before: 0 },
      { topic: log.name, partition: 7, before: 0 },
    ])
    .each()
  const names = [...beyond.values()].map((o) => (o instanceof Error ? o.name : `${o}`))
  checks.check(
    names.join() === 'OFFSET_OUT_OF_RANGE,0,UNKNOWN_TOPIC_OR_PARTITION',
    `each has its outcome: ${names.join()}`,
  )
  const producers = await admin.records.producers([{ topic: log.name, partition: 0 }])
  const [producer] = producers.get(`${log.name}-0`) ?? []
  checks.check(producer?.lastSequence === 9, `a producer is remembered: ${producer?.lastSequence}`)
}

/** The cluster says who it is. */
export const wholeCluster: Story = async ({ bootstrap, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const options = { includeAuthorizedOperations: true }
  const cluster = await kafka.admin().cluster.describe(options)
  const [broker] = cluster.brokers
  checks.check(broker?.brokerId === 1 && !broker.isFenced, `a broker: ${JSON.stringify(broker)}`)
  checks.check(bootstrap.endsWith(`:${broker?.port}`), 'on its port')
  checks.check((cluster.clusterId ?? '').length > 0, 'the cluster has an id')
  checks.check(cluster.controllerId === 1, 'and a controller')
  const operations = cluster.authorizedOperations ?? []
  checks.check(operations.includes('CREATE'), `and operations: ${operations.join()}`)
}
