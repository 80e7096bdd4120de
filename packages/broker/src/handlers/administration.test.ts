// What admin clients rely on when they manage quotas, users, access control and features.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaConnection } from '@samsa/network'
import {
  AlterClientQuotas,
  AlterUserScramCredentials,
  ApiVersions,
  CreateAcls,
  CreateTopics,
  DeleteAcls,
  DescribeAcls,
  DescribeClientQuotas,
  DescribeUserScramCredentials,
  errorName,
  Metadata,
  UpdateFeatures,
} from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { type BrokerOptions, startBroker } from '../index.ts'

interface Served extends AsyncDisposable {
  readonly client: KafkaConnection
}

async function serve(settings: BrokerOptions['settings'] = {}): Promise<Served> {
  const running = await startBroker({ memory: true, settings })
  const client = await KafkaConnection.open(nodeWorld().network, running)
  return {
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await running.close()
    },
  }
}

type Entity = Readonly<Record<string, string | null>>

function parts(entity: Entity): { entityType: string; entityName: string | null }[] {
  return Object.entries(entity).map(([entityType, entityName]) => ({ entityType, entityName }))
}

async function setQuota(
  client: KafkaConnection,
  entity: Entity,
  quotas: Readonly<Record<string, number | null>>,
  version = 1,
): Promise<string> {
  const ops = Object.entries(quotas).map(([key, value]) => {
    return { key, value: value ?? 0, remove: value === null }
  })
  const { entries } = await client.send(AlterClientQuotas, version, {
    entries: [{ entity: parts(entity), ops }],
    validateOnly: false,
  })
  return errorName(entries[0]?.errorCode ?? -1)
}

async function quotas(
  client: KafkaConnection,
  components: readonly (readonly [type: string, matchType: number, match?: string])[],
  strict = false,
): Promise<string[]> {
  const answer = await client.send(DescribeClientQuotas, 1, {
    components: components.map(([entityType, matchType, match = null]) => {
      return { entityType, matchType, match }
    }),
    strict,
  })
  if (answer.errorCode !== 0) return [errorName(answer.errorCode)]
  const lines = (answer.entries ?? []).map(({ entity, values }) => {
    const who = entity.map(({ entityType, entityName }) => `${entityType}=${entityName}`).join(',')
    return `${who}: ${values.map(({ key, value }) => `${key}=${value}`).join(',')}`
  })
  return lines.sort()
}

test('Quotas are set, found by every kind of filter, and removed.', async () => {
  await using served = await serve()
  const { client } = served
  const rate = 'producer_byte_rate'
  assert.equal(
    await setQuota(client, { user: 'alice' }, { [rate]: 1000, request_percentage: 12.5 }),
    'NONE',
  )
  assert.equal(await setQuota(client, { user: null }, { [rate]: 50 }, 0), 'NONE')
  assert.equal(await setQuota(client, { user: 'alice', 'client-id': 'app' }, { [rate]: 7 }), 'NONE')
  assert.equal(await setQuota(client, { 'client-id': null }, { [rate]: 9 }), 'NONE')
  assert.equal(await setQuota(client, { ip: '10.0.0.1' }, { connection_creation_rate: 5 }), 'NONE')

  const alice = 'user=alice: producer_byte_rate=1000,request_percentage=12.5'
  const both = 'user=alice,client-id=app: producer_byte_rate=7'
  const everyone = 'user=null: producer_byte_rate=50'
  const clients = 'client-id=null: producer_byte_rate=9'
  const address = 'ip=10.0.0.1: connection_creation_rate=5'
  assert.deepEqual(await quotas(client, []), [address, both, alice, clients, everyone].sort())
  assert.deepEqual(await quotas(client, [['user', 0, 'alice']]), [both, alice])
  assert.deepEqual(await quotas(client, [['user', 0, 'alice']], true), [alice])
  assert.deepEqual(await quotas(client, [['user', 1]]), [everyone])
  assert.deepEqual(await quotas(client, [['user', 2]]), [both, alice, everyone])
  assert.deepEqual(
    await quotas(client, [
      ['user', 2],
      ['client-id', 2],
    ]),
    [both],
  )
  assert.deepEqual(await quotas(client, [['ip', 2]]), [address])

  assert.equal(await setQuota(client, { user: 'alice' }, { [rate]: null }), 'NONE')
  assert.deepEqual(await quotas(client, [['user', 0, 'alice']], true), [
    'user=alice: request_percentage=12.5',
  ])
  assert.equal(await setQuota(client, { user: 'alice' }, { request_percentage: null }), 'NONE')
  assert.deepEqual(await quotas(client, [['user', 0, 'alice']], true), [])
})

test('Quotas and filters that make no sense are refused.', async () => {
  await using served = await serve()
  const { client } = served
  const wrong: [Entity, Record<string, number>][] = [
    [{}, { producer_byte_rate: 1 }],
    [{ user: '' }, { producer_byte_rate: 1 }],
    [{ planet: 'mars' }, { producer_byte_rate: 1 }],
    [{ user: 'a', ip: '10.0.0.1' }, { producer_byte_rate: 1 }],
    [{ user: 'a' }, { no_such_rate: 1 }],
    [{ user: 'a' }, { connection_creation_rate: 1 }],
    [{ ip: '10.0.0.1' }, { producer_byte_rate: 1 }],
    [{ user: 'a' }, { producer_byte_rate: 1.5 }],
    [{ user: 'a' }, { producer_byte_rate: 0 }],
    [{ user: 'a' }, { producer_byte_rate: NaN }],
  ]
  for (const [entity, values] of wrong) {
    assert.equal(await setQuota(client, entity, values), 'INVALID_REQUEST', JSON.stringify(values))
  }
  assert.deepEqual(await quotas(client, [['planet', 0, 'mars']]), ['UNSUPPORTED_VERSION'])
  assert.deepEqual(await quotas(client, [['user', 2, 'x']]), ['INVALID_REQUEST'])
  assert.deepEqual(
    await quotas(client, [
      ['user', 2],
      ['user', 1],
    ]),
    ['INVALID_REQUEST'],
  )
  assert.deepEqual(
    await quotas(client, [
      ['user', 2],
      ['ip', 2],
    ]),
    ['INVALID_REQUEST'],
  )
  assert.deepEqual(await quotas(client, []), [])
})

test('Users get SCRAM credentials, which are told of but never told.', async () => {
  await using served = await serve()
  const { client } = served
  const salt = Buffer.from('salt')
  const saltedPassword = Buffer.alloc(32, 7)
  const alter = async (
    deletions: { name: string; mechanism: number }[],
    upsertions: { name: string; mechanism: number; iterations: number }[],
  ): Promise<string[]> => {
    const { results } = await client.send(AlterUserScramCredentials, 0, {
      deletions,
      upsertions: upsertions.map((one) => ({ ...one, salt, saltedPassword })),
    })
    return results.map(({ user, errorCode }) => `${user}: ${errorName(errorCode)}`)
  }
  const describe = async (users: string[] | null): Promise<string[]> => {
    const { results } = await client.send(DescribeUserScramCredentials, 0, {
      users: users && users.map((name) => ({ name })),
    })
    return results.map(({ user, errorCode, credentialInfos }) => {
      const infos = credentialInfos.map(({ mechanism, iterations }) => `${mechanism}/${iterations}`)
      return `${user}: ${errorCode === 0 ? infos.join(' ') : errorName(errorCode)}`
    })
  }
  const alice = { name: 'alice', mechanism: 1, iterations: 4096 }
  assert.deepEqual(await alter([], [alice]), ['alice: NONE'])
  assert.deepEqual(await alter([], [{ ...alice, mechanism: 2, iterations: 8192 }]), ['alice: NONE'])
  assert.deepEqual(await describe(null), ['alice: 1/4096 2/8192'])
  assert.deepEqual(await describe(['bob', 'alice', 'bob']), [
    'bob: DUPLICATE_RESOURCE',
    'alice: 1/4096 2/8192',
  ])
  assert.deepEqual(await describe(['bob']), ['bob: RESOURCE_NOT_FOUND'])
  assert.deepEqual(
    await alter(
      [{ name: 'nobody', mechanism: 1 }],
      [
        { name: '', mechanism: 1, iterations: 4096 },
        { name: 'few', mechanism: 1, iterations: 4095 },
        { name: 'many', mechanism: 1, iterations: 16_385 },
        { name: 'odd', mechanism: 3, iterations: 4096 },
        { name: 'twice', mechanism: 1, iterations: 4096 },
        { name: 'twice', mechanism: 2, iterations: 4096 },
      ],
    ),
    [
      'nobody: RESOURCE_NOT_FOUND',
      ': UNACCEPTABLE_CREDENTIAL',
      'few: UNACCEPTABLE_CREDENTIAL',
      'many: UNACCEPTABLE_CREDENTIAL',
      'odd: UNSUPPORTED_SASL_MECHANISM',
      'twice: DUPLICATE_RESOURCE',
    ],
  )
  assert.deepEqual(await alter([{ name: 'alice', mechanism: 1 }], []), ['alice: NONE'])
  assert.deepEqual(await describe(null), ['alice: 2/8192'])
})

const binding = {
  resourceType: 2,
  resourceName: 'orders',
  resourcePatternType: 3,
  principal: 'User:alice',
  host: '*',
  operation: 3,
  permissionType: 3,
}

const everything = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  patternTypeFilter: 1,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
}

test('Without an authorizer nobody is told that access is controlled.', async () => {
  await using served = await serve()
  const { client } = served
  for (let version = 0; version <= 3; version++) {
    const patternTypeFilter = version === 0 ? 3 : 1
    const filter = { ...everything, patternTypeFilter }
    const described = await client.send(DescribeAcls, version, filter)
    assert.equal(errorName(described.errorCode), 'SECURITY_DISABLED')
    const created = await client.send(CreateAcls, version, { creations: [binding] })
    assert.equal(errorName(created.results[0]?.errorCode ?? 0), 'SECURITY_DISABLED')
    const deleted = await client.send(DeleteAcls, version, { filters: [filter] })
    assert.equal(errorName(deleted.filterResults[0]?.errorCode ?? 0), 'SECURITY_DISABLED')
  }
})

const controlled = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'allow.everyone.if.no.acl.found': true,
}

test('Access control entries are created, found, and deleted by filters.', async () => {
  await using served = await serve(controlled)
  const { client } = served
  const { results } = await client.send(CreateAcls, 3, {
    creations: [
      binding,
      binding,
      { ...binding, resourceName: 'ord', resourcePatternType: 4 },
      { ...binding, resourceName: '*', permissionType: 2, principal: 'User:eve' },
      { ...binding, resourceName: '' },
      { ...binding, principal: 'alice' },
      { ...binding, resourceType: 4 },
      { ...binding, resourcePatternType: 2 },
      { ...binding, operation: 1 },
    ],
  })
  assert.deepEqual(
    results.map(({ errorCode }) => errorName(errorCode)),
    [...Array<string>(4).fill('NONE'), ...Array<string>(5).fill('INVALID_REQUEST')],
  )
  const find = async (filter: Partial<typeof everything> | object): Promise<string[]> => {
    const answer = await client.send(DescribeAcls, 3, { ...everything, ...filter })
    return answer.resources
      .flatMap(({ resourceName, patternType, acls }) =>
        acls.map(({ principal }) => `${patternType === 4 ? '^' : ''}${resourceName} ${principal}`),
      )
      .sort()
  }
  const all = ['* User:eve', '^ord User:alice', 'orders User:alice']
  assert.deepEqual(await find({}), all)
  assert.deepEqual(await find({ resourceNameFilter: 'orders', patternTypeFilter: 2 }), all)
  assert.deepEqual(
    await find({ resourceNameFilter: 'ordinary', patternTypeFilter: 2 }),
    all.slice(0, 2),
  )
  assert.deepEqual(await find({ resourceNameFilter: 'orders' }), ['orders User:alice'])
  assert.deepEqual(await find({ patternTypeFilter: 4 }), ['^ord User:alice'])
  assert.deepEqual(await find({ principalFilter: 'User:eve' }), ['* User:eve'])
  assert.deepEqual(await find({ permissionType: 3, operation: 3 }), all.slice(1))
  assert.deepEqual(await find({ resourceTypeFilter: 3 }), [])

  const { filterResults } = await client.send(DeleteAcls, 3, {
    filters: [{ ...everything, principalFilter: 'User:alice' }],
  })
  assert.equal(filterResults[0]?.matchingAcls.length, 2)
  assert.deepEqual(await find({}), ['* User:eve'])
})

test('Access is controlled: a denied topic is hidden, and not made.', async () => {
  await using served = await serve(controlled)
  const { client } = served
  const topics = ['public', 'secret'].map((name) => ({
    name,
    numPartitions: 1,
    replicationFactor: 1,
    assignments: [],
    configs: [],
  }))
  await client.send(CreateTopics, 7, { topics })
  const deny = { ...binding, principal: 'User:ANONYMOUS', operation: 2, permissionType: 2 }
  await client.send(CreateAcls, 3, { creations: [{ ...deny, resourceName: 'secret' }] })
  const all = await client.send(Metadata, 12, { topics: null })
  assert.deepEqual(
    all.topics.map(({ name }) => name),
    ['public'],
  )
  const asked = await client.send(Metadata, 12, { topics: [{ name: 'secret' }] })
  assert.equal(errorName(asked.topics[0]?.errorCode ?? 0), 'TOPIC_AUTHORIZATION_FAILED')
})

test('Features are finalized for all brokers, and clients see that.', async () => {
  await using served = await serve()
  const { client } = served
  const finalized = async (): Promise<Record<string, number>> => {
    const named = { clientSoftwareName: 'samsa', clientSoftwareVersion: '1' }
    const answer = await client.send(ApiVersions, 3, named)
    const features = answer.finalizedFeatures ?? []
    return Object.fromEntries(features.map((one) => [one.name, one.maxVersionLevel]))
  }
  const before = await finalized()
  assert.equal(before['transaction.version'], 2)
  const update = async (
    version: number,
    maxVersionLevel: number,
    more: object,
  ): Promise<string> => {
    const feature = { feature: 'transaction.version', maxVersionLevel, ...more }
    const answer = await client.send(UpdateFeatures, version, { featureUpdates: [feature] })
    return errorName(answer.results?.[0]?.errorCode ?? answer.errorCode)
  }
  assert.equal(await update(1, 1, { upgradeType: 1 }), 'INVALID_UPDATE_VERSION')
  assert.equal(await update(1, 1, { upgradeType: 2 }), 'NONE')
  assert.equal((await finalized())['transaction.version'], 1)
  assert.equal(await update(2, 9, { upgradeType: 1 }), 'INVALID_UPDATE_VERSION')
  assert.equal(await update(2, 2, { upgradeType: 1 }), 'NONE')
  assert.equal(await update(0, 1, { allowDowngrade: true }), 'NONE')
  assert.equal(await update(2, 1, { feature: 'no.such.feature' }), 'INVALID_UPDATE_VERSION')
  assert.equal(await update(2, 0, { upgradeType: 2 }), 'NONE')
  assert.equal((await finalized())['transaction.version'], undefined)
})
