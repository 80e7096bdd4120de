// What an admin client of ours is promised of the rarer things: transactions, replicas, access control lists, users,
// quotas, features.

import { connect, type KafkaClient } from '@samsa/client'
import { Kafka, logLevel, type Transaction } from 'kafkajs'
import { errorOf, soon, type Story } from './story.ts'

/** A transaction of another client, with one record in partition 0 of a fresh topic. */
async function openTransaction(
  { bootstrap, prefix }: { readonly bootstrap: string; readonly prefix: string },
  kafka: KafkaClient,
): Promise<{ topic: string; id: string; transaction: Transaction; close: () => Promise<void> }> {
  const topic = `${prefix}log`
  const id = `${prefix}id`
  await kafka.admin().topics.create([{ name: topic, partitions: 1, replicationFactor: 1 }])
  const other = new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING })
  const options = { transactionalId: id, idempotent: true, maxInFlightRequests: 1 }
  const producer = other.producer(options)
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic, messages: [{ value: 'open', partition: 0 }] })
  return { topic, id, transaction, close: () => producer.disconnect() }
}

/** Transactions are listed and described, and their producers fenced. */
export const openTransactions: Story = async (stage) => {
  const { bootstrap, checks } = stage
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const { topic, id, transaction, close } = await openTransaction(stage, kafka)
  const ongoing = await admin.transactions.list({ states: ['Ongoing'] })
  const listed = ongoing.find(({ transactionalId }) => transactionalId === id)
  checks.check(listed?.state === 'Ongoing', `an open one is listed: ${JSON.stringify(listed)}`)
  const described = (await admin.transactions.describe([id])).get(id)
  const places = described?.partitions.map((place) => `${place.topic}-${place.partition}`).join()
  checks.check(places === `${topic}-0`, `its partitions are told: ${places}`)
  checks.check(described?.startedAtMs !== undefined, 'and since when it is open')
  const producers = await admin.records.producers([{ topic, partition: 0 }])
  const start = producers.get(`${topic}-0`)?.[0]?.currentTransactionStartOffset
  checks.check(start === 0, `the leader knows where it begins: ${start}`)
  const hanging = await admin.transactions.findHanging({ topics: [topic], openLongerThanMs: 0 })
  checks.check(hanging.length === 0, 'one that its coordinator knows does not hang')
  const unknown = await errorOf(admin.transactions.describe([`${id}-none`]))
  checks.check(unknown?.name === 'TRANSACTIONAL_ID_NOT_FOUND', `no such id: ${unknown?.name}`)
  const wrong = await errorOf(admin.transactions.list({ states: ['Dreaming'] }))
  checks.check(wrong?.name === 'INVALID_REQUEST', `no such state: ${wrong?.message}`)
  const fenced = (await admin.transactions.fence([id])).get(id)
  checks.check((fenced?.producerEpoch ?? 0) > 0, `its producer is fenced: ${fenced?.producerEpoch}`)
  const late = await errorOf(transaction.commit())
  checks.check(late !== undefined, 'which then cannot commit')
  await close()
}

/** A marker ends a transaction in one partition, whatever its coordinator thinks. */
export const markers: Story = async (stage) => {
  const { bootstrap, checks } = stage
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const { topic, close } = await openTransaction(stage, kafka)
  const place = { topic, partition: 0 }
  const active = async () => (await admin.records.producers([place])).get(`${topic}-0`)?.[0]
  const before = await active()
  const { producerId = -1, producerEpoch = -1 } = before ?? {}
  const marker = { ...place, producerId, producerEpoch, coordinatorEpoch: 0 }
  await admin.transactions.abort([marker])
  const after = await active()
  const isOpen = after?.currentTransactionStartOffset !== undefined
  checks.check(before?.currentTransactionStartOffset === 0 && !isOpen, 'the partition is free')
  await close()
}

/** Directories, elections and moves of the one broker that there is. */
export const replicas: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const name = `${prefix}log`
  await admin.topics.create([{ name, partitions: 2, replicationFactor: 1 }])
  const look = async () => {
    const [directory] = (await admin.replicas.logDirectories([1])).get(1) ?? []
    const mine = directory?.replicas.filter(({ topic }) => topic === name) ?? []
    return { directory, mine }
  }
  const { directory, mine } = await soon(look, (found) => found.mine.length === 2)
  checks.check(mine.length === 2, `both replicas lie in ${directory?.path}`)
  checks.check((directory?.usableBytes ?? 0) > 0, 'whose volume has room')
  const nobody = await errorOf(admin.replicas.logDirectories([77]))
  checks.check(nobody?.message.includes('77') === true, `no such broker: ${nobody?.message}`)
  const place = { topic: name, partition: 0 }
  const elected = await admin.replicas.electLeaders('preferred', [place])
  const needless = elected.get(`${name}-0`)?.name
  checks.check(needless === 'ELECTION_NOT_NEEDED', `the leader is the preferred one: ${needless}`)
  await admin.replicas.reassign([{ ...place, replicas: [1] }])
  const ongoing = await admin.replicas.reassignments()
  checks.check(ongoing.length === 0, 'a move to where it is ends at once')
  const calm = await errorOf(admin.replicas.reassign([{ ...place, replicas: null }]))
  checks.check(calm?.name === 'NO_REASSIGNMENT_IN_PROGRESS', `nothing to cancel: ${calm?.name}`)
  const path = directory?.path ?? ''
  await admin.replicas.moveReplicas([{ ...place, brokerId: 1, path }])
  const elsewhere = await errorOf(
    admin.replicas.moveReplicas([{ ...place, brokerId: 1, path: '/nowhere' }]),
  )
  checks.check(elsewhere?.name === 'LOG_DIR_NOT_FOUND', `no such directory: ${elsewhere?.name}`)
}

/** Access control lists are created, found by filters and deleted by them. */
export const accessControlLists: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const resourceName = `${prefix}secret`
  const binding = {
    resourceType: 'TOPIC',
    resourceName,
    principal: 'User:alice',
    permission: 'ALLOW',
  } as const
  await admin.acls.create([
    { ...binding, operation: 'READ' },
    { ...binding, operation: 'WRITE', host: '10.0.0.1' },
    { ...binding, operation: 'DESCRIBE', patternType: 'PREFIXED' },
  ])
  const all = await soon(
    () => admin.acls.describe({ resourceType: 'TOPIC', resourceName }),
    (found) => found.length === 3,
  )
  checks.check(all.length === 3, `three are found: ${all.length}`)
  const filter = { resourceName: `${resourceName}-more`, patternType: 'MATCH' } as const
  const matching = await admin.acls.describe(filter)
  const operations = matching.map(({ operation }) => operation).join()
  checks.check(operations === 'DESCRIBE', `a prefix applies to longer names: ${operations}`)
  const writing = { resourceName, operation: 'WRITE' } as const
  const deleted = (await admin.acls.delete([writing, { principal: 'User:nobody' }])).get(0)
  checks.check(deleted?.[0]?.host === '10.0.0.1', 'one is deleted by a filter')
  const rest = await soon(
    () => admin.acls.describe({ principal: 'User:alice' }),
    (found) => found.length === 2,
  )
  checks.check(rest.length === 2, `two are left: ${rest.length}`)
  await admin.acls.delete([{ principal: 'User:alice' }])
}

/** Users get SCRAM credentials and lose them. */
export const users: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const user = `${prefix}alice`
  await admin.users.alterScram([
    { user, mechanism: 'SCRAM-SHA-256', password: 'secret' },
    { user, mechanism: 'SCRAM-SHA-512', password: 'secret', iterations: 4096 },
  ])
  const read = async () => {
    const found = (await admin.users.describeScram([user])).get(user)
    return found === undefined || found instanceof Error ? [] : found.credentials
  }
  const credentials = await soon(read, (found) => found.length === 2)
  const text = credentials.map(({ mechanism, iterations }) => `${mechanism} ${iterations}`)
  checks.check(
    text.sort().join() === 'SCRAM-SHA-256 8192,SCRAM-SHA-512 4096',
    `credentials are told: ${text.join()}`,
  )
  const weak = { user, mechanism: 'SCRAM-SHA-256', password: 'x', iterations: 5 } as const
  const refused = await errorOf(admin.users.alterScram([weak]))
  checks.check(refused?.name === 'UNACCEPTABLE_CREDENTIAL', `too weak: ${refused?.name}`)
  await admin.users.alterScram([
    { user, mechanism: 'SCRAM-SHA-256' },
    { user, mechanism: 'SCRAM-SHA-512' },
  ])
  await soon(read, (found) => found.length === 0)
  const gone = (await admin.users.describeScram([user])).get(user)
  checks.check(gone instanceof Error && gone.name === 'RESOURCE_NOT_FOUND', 'and taken away')
}

/** Quotas are set, found and removed. */
export const quotas: Story = async ({ bootstrap, prefix, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const user = `${prefix}alice`
  await admin.quotas.alter([
    { entity: { user }, quotas: { producer_byte_rate: 1000, consumer_byte_rate: 2000 } },
    { entity: { user, 'client-id': null }, quotas: { request_percentage: 50 } },
  ])
  const strict = await soon(
    () => admin.quotas.describe({ user }, { strict: true }),
    (found) => found.length > 0,
  )
  checks.check(strict.length === 1, `one is of the user alone: ${strict.length}`)
  checks.check(strict[0]?.quotas['producer_byte_rate'] === 1000, 'a rate is set')
  const both = await soon(
    () => admin.quotas.describe({ user }),
    (found) => found.length > 1,
  )
  checks.check(both.length === 2, `two are of the user: ${both.length}`)
  const any = await admin.quotas.describe({ user: { any: true }, 'client-id': null })
  checks.check(any[0]?.entity['client-id'] === null, 'the default is found')
  const wrong = await errorOf(admin.quotas.alter([{ entity: { user }, quotas: { speed: 1 } }]))
  checks.check(wrong?.name === 'INVALID_REQUEST', `no such quota: ${wrong?.name}`)
  checks.check(wrong?.message.includes(user) === true, `the error names whose: ${wrong?.message}`)
  await admin.quotas.alter([
    { entity: { user }, quotas: { producer_byte_rate: null, consumer_byte_rate: null } },
    { entity: { user, 'client-id': null }, quotas: { request_percentage: null } },
  ])
  const gone = await soon(
    () => admin.quotas.describe({ user }),
    (found) => found.length === 0,
  )
  checks.check(gone.length === 0, `and removed: ${gone.length}`)
}

/** Features say what is supported and agreed on. */
export const features: Story = async ({ bootstrap, checks }) => {
  await using kafka = connect({ brokers: bootstrap })
  const admin = kafka.admin()
  const { supported, finalized, finalizedEpoch } = await admin.features.describe()
  checks.check((supported.get('transaction.version')?.max ?? 0) >= 2, 'transactions are at 2')
  const level = finalized.get('group.version')?.max
  checks.check(level === 1, `groups are finalized at 1: ${level}`)
  checks.check((finalizedEpoch ?? -1) >= 0, 'the epoch is told')
  const change = { feature: 'group.version', maxLevel: 99 } as const
  const beyond = await errorOf(admin.features.update([change], { validateOnly: true }))
  checks.check(beyond?.message.includes('group.version') === true, `too high: ${beyond?.message}`)
}
