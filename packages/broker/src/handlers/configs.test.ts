// What admin clients rely on when they look at configs and change them, and that a change takes effect.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KafkaConnection } from '@samsa/network'
import {
  AlterConfigs,
  CreateTopics,
  DescribeConfigs,
  errorName,
  IncrementalAlterConfigs,
  ListConfigResources,
} from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { type BrokerOptions, startBroker } from '../index.ts'
import { batchOf, produce } from '../server/testing/test-broker.ts'

const topic = 2
const broker = 4
const brokerLogger = 8
const clientMetrics = 16
const group = 32

const set = 0
const remove = 1
const append = 2
const subtract = 3

class Served implements AsyncDisposable {
  readonly client: KafkaConnection
  readonly #stop: () => Promise<void>

  constructor(client: KafkaConnection, stop: () => Promise<void>) {
    this.client = client
    this.#stop = stop
  }

  static async start(settings: BrokerOptions['settings'] = {}): Promise<Served> {
    const running = await startBroker({ memory: true, settings })
    const client = await KafkaConnection.open(nodeWorld().network, running)
    return new Served(client, () => running.close())
  }

  async createTopic(name: string, configs: Readonly<Record<string, string>> = {}): Promise<void> {
    const spec = {
      name,
      numPartitions: 1,
      replicationFactor: 1,
      assignments: [],
      configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })),
    }
    await this.client.send(CreateTopics, 7, { topics: [spec] })
  }

  /** Changes one resource; gives the error and its message. */
  async alter(
    resourceType: number,
    resourceName: string,
    configs: readonly (readonly [name: string, operation: number, value?: string | null])[],
    validateOnly = false,
  ): Promise<string> {
    const { responses } = await this.client.send(IncrementalAlterConfigs, 1, {
      resources: [
        {
          resourceType,
          resourceName,
          configs: configs.map(([name, configOperation, value = null]) => ({
            name,
            configOperation,
            value,
          })),
        },
      ],
      validateOnly,
    })
    const [response] = responses
    return `${errorName(response?.errorCode ?? 0)} ${response?.errorMessage ?? ''}`.trim()
  }

  /** The value of one config with its source; undefined when it is not told. */
  async value(
    resourceType: number,
    resourceName: string,
    key: string,
  ): Promise<string | undefined> {
    const { results } = await this.client.send(DescribeConfigs, 4, {
      resources: [{ resourceType, resourceName, configurationKeys: [key] }],
    })
    const [result] = results
    if (result?.errorCode !== 0) return errorName(result?.errorCode ?? -1)
    const [config] = result.configs
    return config && `${config.value} (${config.configSource})`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client[Symbol.asyncDispose]()
    await this.#stop()
  }
}

test('Every version of DescribeConfigs tells of a topic, as far as it can.', async () => {
  await using served = await Served.start()
  await served.createTopic('orders', { 'retention.ms': '60000' })
  for (let version = 0; version <= 4; version++) {
    const { results } = await served.client.send(DescribeConfigs, version, {
      resources: [{ resourceType: topic, resourceName: 'orders', configurationKeys: null }],
      includeSynonyms: version >= 1,
      includeDocumentation: version >= 3,
    })
    const [result] = results
    assert.equal(result?.errorCode, 0)
    assert.ok((result?.configs.length ?? 0) > 20)
    const own = result?.configs.find(({ name }) => name === 'retention.ms')
    const inherited = result?.configs.find(({ name }) => name === 'segment.bytes')
    assert.equal(own?.value, '60000')
    if (version === 0) assert.deepEqual([own?.isDefault, inherited?.isDefault], [false, true])
    else {
      assert.deepEqual([own?.configSource, inherited?.configSource], [1, 5])
      assert.deepEqual(own?.synonyms?.[0], { name: 'retention.ms', value: '60000', source: 1 })
    }
    if (version >= 3) {
      assert.equal(own?.configType, 5)
      assert.ok((own?.documentation?.length ?? 0) > 10)
    }
  }
})

test('Configs of a topic change one by one and are checked whole.', async () => {
  await using served = await Served.start()
  await served.createTopic('orders', { 'retention.ms': '60000' })
  assert.equal(await served.alter(topic, 'orders', [['max.message.bytes', set, '2000']]), 'NONE')
  assert.equal(await served.value(topic, 'orders', 'max.message.bytes'), '2000 (1)')
  assert.equal(await served.value(topic, 'orders', 'retention.ms'), '60000 (1)')
  assert.equal(await served.alter(topic, 'orders', [['retention.ms', remove]]), 'NONE')
  assert.equal(await served.value(topic, 'orders', 'retention.ms'), '604800000 (5)')

  const wrong = await served.alter(topic, 'orders', [
    ['retention.ms', set, 'soon'],
    ['no.such.key', set, '1'],
  ])
  assert.match(wrong, /^INVALID_CONFIG .*retention\.ms.*no\.such\.key/)
  assert.equal(
    await served.alter(topic, 'missing', [['retention.ms', set, '1']]),
    "UNKNOWN_TOPIC_OR_PARTITION The topic 'missing' does not exist.",
  )
  assert.match(await served.alter(topic, '', [['retention.ms', set, '1']]), /^INVALID_REQUEST/)
  assert.match(
    await served.alter(topic, 'orders', [['retention.ms', set, null]]),
    /^INVALID_REQUEST Null value/,
  )
  assert.match(await served.alter(topic, 'orders', [['retention.ms', 9, '1']]), /^INVALID_REQUEST/)
  assert.match(await served.alter(99, 'orders', [['retention.ms', set, '1']]), /^INVALID_REQUEST/)
})

test('Lists are appended to and subtracted from, other types are not.', async () => {
  await using served = await Served.start()
  await served.createTopic('orders')
  assert.equal(await served.alter(topic, 'orders', [['cleanup.policy', append, 'compact']]), 'NONE')
  assert.equal(await served.value(topic, 'orders', 'cleanup.policy'), 'delete,compact (1)')
  assert.equal(
    await served.alter(topic, 'orders', [['cleanup.policy', subtract, 'delete']]),
    'NONE',
  )
  assert.equal(await served.value(topic, 'orders', 'cleanup.policy'), 'compact (1)')
  assert.match(
    await served.alter(topic, 'orders', [['retention.ms', append, '1']]),
    /^INVALID_CONFIG/,
  )
})

test('Validation alone changes nothing.', async () => {
  await using served = await Served.start()
  await served.createTopic('orders')
  assert.equal(await served.alter(topic, 'orders', [['retention.ms', set, '1']], true), 'NONE')
  assert.match(
    await served.alter(topic, 'orders', [['retention.ms', set, 'x']], true),
    /^INVALID_CONFIG/,
  )
  assert.equal(await served.value(topic, 'orders', 'retention.ms'), '604800000 (5)')
})

test('AlterConfigs replaces everything.', async () => {
  await using served = await Served.start()
  await served.createTopic('orders', { 'retention.ms': '60000' })
  for (let version = 0; version <= 2; version++) {
    const { responses } = await served.client.send(AlterConfigs, version, {
      resources: [
        {
          resourceType: topic,
          resourceName: 'orders',
          configs: [{ name: 'segment.bytes', value: '2000000' }],
        },
        { resourceType: topic, resourceName: 'missing', configs: [] },
        { resourceType: brokerLogger, resourceName: '1', configs: [] },
      ],
      validateOnly: false,
    })
    assert.deepEqual(
      responses.map(({ errorCode }) => errorName(errorCode)),
      ['NONE', 'UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_REQUEST'],
    )
  }
  assert.equal(await served.value(topic, 'orders', 'segment.bytes'), '2000000 (1)')
  assert.equal(await served.value(topic, 'orders', 'retention.ms'), '604800000 (5)')
})

test('A broker is told settings of its own, and they count more than the cluster.', async () => {
  await using served = await Served.start()
  assert.equal(await served.value(broker, '1', 'log.retention.ms'), 'null (5)')
  assert.equal(await served.alter(broker, '', [['message.max.bytes', set, '5000']]), 'NONE')
  assert.equal(await served.value(broker, '', 'message.max.bytes'), '5000 (3)')
  assert.equal(await served.value(broker, '1', 'message.max.bytes'), '5000 (3)')
  assert.equal(await served.alter(broker, '1', [['message.max.bytes', set, '6000']]), 'NONE')
  assert.equal(await served.value(broker, '1', 'message.max.bytes'), '6000 (2)')
  await served.createTopic('orders')
  assert.equal(await served.value(topic, 'orders', 'max.message.bytes'), '6000 (2)')
  assert.equal(await served.alter(broker, '1', [['message.max.bytes', remove]]), 'NONE')
  assert.equal(await served.value(topic, 'orders', 'max.message.bytes'), '5000 (3)')
})

test('What cannot change while the broker runs is refused, and so are other brokers.', async () => {
  await using served = await Served.start()
  assert.match(
    await served.alter(broker, '1', [['broker.id', set, '2']]),
    /^INVALID_REQUEST Cannot update/,
  )
  assert.match(
    await served.alter(broker, '1', [['log.retention.ms', set, 'x']]),
    /^INVALID_REQUEST/,
  )
  assert.match(await served.alter(broker, '1', [['no.such.key', set, 'x']]), /^INVALID_REQUEST/)
  assert.match(
    await served.alter(broker, '2', [['log.retention.ms', set, '1']]),
    /^INVALID_REQUEST Unexpected broker id/,
  )
  assert.match(
    await served.alter(broker, 'x', [['log.retention.ms', set, '1']]),
    /^INVALID_REQUEST Node id must be/,
  )
  assert.equal(await served.value(broker, '2', 'log.retention.ms'), 'INVALID_REQUEST')
})

// Where young brokers fail: max.message.bytes ignored.
test('Settings that change while the broker runs take effect at once.', async () => {
  await using served = await Served.start()
  await served.createTopic('orders')
  const records = batchOf('x'.repeat(1000))
  const errorOfProduce = async (): Promise<string> => {
    const { errorCode } = await produce(served.client, 'orders', records)
    return errorName(errorCode)
  }
  assert.equal(await errorOfProduce(), 'NONE')
  assert.equal(await served.alter(broker, '', [['message.max.bytes', set, '900']]), 'NONE')
  assert.equal(await errorOfProduce(), 'MESSAGE_TOO_LARGE')
  assert.equal(await served.alter(topic, 'orders', [['max.message.bytes', set, '2000']]), 'NONE')
  assert.equal(await errorOfProduce(), 'NONE')
  assert.equal(await served.alter(topic, 'orders', [['max.message.bytes', remove]]), 'NONE')
  assert.equal(await errorOfProduce(), 'MESSAGE_TOO_LARGE')
  assert.equal(await served.alter(broker, '', [['message.max.bytes', remove]]), 'NONE')
  assert.equal(await errorOfProduce(), 'NONE')
})

test('A resource, and a key in it, is named once.', async () => {
  await using served = await Served.start()
  await served.createTopic('orders')
  const once = { name: 'retention.ms', configOperation: set, value: '1' }
  const resource = { resourceType: topic, resourceName: 'orders', configs: [once] }
  const { responses } = await served.client.send(IncrementalAlterConfigs, 1, {
    resources: [resource, resource],
    validateOnly: false,
  })
  assert.deepEqual(
    responses.map(({ errorCode }) => errorName(errorCode)),
    ['INVALID_REQUEST', 'INVALID_REQUEST'],
  )
  const twice = await served.alter(topic, 'orders', [
    ['retention.ms', set, '1'],
    ['retention.ms', set, '2'],
  ])
  assert.equal(twice, 'INVALID_REQUEST Error due to duplicate config keys')
})

test('The level of the log is seen and changed.', async () => {
  await using served = await Served.start()
  assert.equal(await served.value(brokerLogger, '1', 'root'), 'INFO (6)')
  assert.equal(await served.alter(brokerLogger, '1', [['root', set, 'DEBUG']]), 'NONE')
  assert.equal(await served.value(brokerLogger, '1', 'root'), 'DEBUG (6)')
  assert.match(await served.alter(brokerLogger, '1', [['root', set, 'LOUD']]), /^INVALID_CONFIG/)
  assert.match(
    await served.alter(brokerLogger, '1', [['kafka.none', set, 'INFO']]),
    /^INVALID_CONFIG/,
  )
  assert.match(await served.alter(brokerLogger, '1', [['root', remove]]), /^INVALID_REQUEST/)
  assert.match(await served.alter(brokerLogger, '2', [['root', set, 'INFO']]), /^INVALID_REQUEST/)
})

test('Groups and client metrics have configs before anything of that name is there.', async () => {
  await using served = await Served.start()
  const timeout = 'consumer.session.timeout.ms'
  assert.equal(await served.value(group, 'analysts', timeout), '45000 (5)')
  assert.equal(await served.alter(group, 'analysts', [[timeout, set, '50000']]), 'NONE')
  assert.equal(await served.value(group, 'analysts', timeout), '50000 (8)')
  assert.match(await served.alter(group, 'analysts', [[timeout, set, '1']]), /^INVALID_CONFIG/)
  assert.match(await served.alter(group, '', [[timeout, set, '50000']]), /^INVALID_REQUEST/)
  const path = 'a/b.c ü'
  assert.equal(await served.alter(clientMetrics, path, [['interval.ms', set, '60000']]), 'NONE')
  assert.equal(await served.value(clientMetrics, path, 'interval.ms'), '60000 (7)')
  assert.equal(await served.value(clientMetrics, path, 'metrics'), ' (5)')
  const list = async (version: number, resourceTypes?: number[]): Promise<string[]> => {
    const request = resourceTypes === undefined ? {} : { resourceTypes }
    const answer = await served.client.send(ListConfigResources, version, request)
    assert.equal(answer.errorCode, 0)
    return answer.configResources.map((one) => `${one.resourceType}:${one.resourceName}`)
  }
  assert.deepEqual(await list(0), [`16:${path}`])
  assert.deepEqual(await list(1, [clientMetrics, group]), [`16:${path}`, '32:analysts'])
  assert.deepEqual((await list(1)).toSorted(), [`16:${path}`, '32:analysts', '4:1', '8:1'])
  assert.equal(await served.alter(group, 'analysts', [[timeout, remove]]), 'NONE')
  assert.deepEqual(await list(1, [group]), [])
})
