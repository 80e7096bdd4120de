// A broker for tests of the wire: real sockets and a real log in memory, metadata set by hand.

import { KafkaConnection } from '@samsa/network'
import { LogDirectories } from '@samsa/log'
import { BatchBuilder, Fetch, Produce, type ResponseOf } from '@samsa/protocol'
import { noDynamicSettings, type ResolvedBroker, resolveBrokerSettings } from '@samsa/settings'
import type { World } from '@samsa/world'
import { nodeWorld } from '@samsa/world/node'
import { memoryDisk } from '@samsa/world/simulated'
import type { LayeredSettingsView } from '../../configs/broker-settings-view.ts'
import { standaloneAdministration } from '../../controller/testing/standalone-administration.ts'
import { ConnectedPeers } from '../../peers/broker-peers.ts'
import { controllerOf, FixedMetadata } from '../../replicas/testing/fixed-metadata.ts'
import { TopicSettingsView } from '../../replicas/topic-settings-view.ts'
import { BrokerNode } from '../broker-node.ts'

/** A running test broker. */
export interface TestBroker extends AsyncDisposable {
  readonly node: BrokerNode
  readonly world: World
  readonly metadata: FixedMetadata
  readonly port: number
  /** A new connection to it. */
  connect(): Promise<KafkaConnection>
}

/** Starts a broker in memory with these settings (`key=value`). */
export async function startTestBroker(set: readonly string[] = []): Promise<TestBroker> {
  const world: World = { ...nodeWorld(), disk: memoryDisk() }
  const presets = { 'log.dir': '/data', 'broker.id': '1', 'min.insync.replicas': '1' }
  const resolved = resolveBrokerSettings({ presets, set })
  const { settings } = resolved
  const metadata = new FixedMetadata()
  const topicSettings = new TopicSettingsView(() => settings, metadata)
  const logs = await LogDirectories.open(world, settings, {
    directories: ['/data'],
    brokerId: 1,
    clusterId: 'test-cluster-id-000000',
    topicSettings: (topic) => topicSettings.of(topic),
  })
  const peers = new ConnectedPeers(world, { brokerId: 1, metadata, listenerName: 'PLAINTEXT' })
  const node = new BrokerNode(world, {
    brokerId: 1,
    clusterId: logs.clusterId,
    settings: fixedSettings(resolved),
    metadata,
    controller: controllerOf(metadata),
    ownController: controllerOf(metadata),
    lease: { isHeld: () => true },
    peers,
    administration: await standaloneAdministration(world, fixedSettings(resolved)),
    logs,
    topicSettings,
    features: () => ({ supportedFeatures: [], finalizedFeaturesEpoch: -1, finalizedFeatures: [] }),
  })
  const plaintext = { name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT' } as const
  const { port } = await node.listen({ ...plaintext, host: '127.0.0.1', port: 0 })
  await node.start()
  return {
    node,
    world,
    metadata,
    port,
    connect: () => KafkaConnection.open(world.network, { host: '127.0.0.1', port }),
    async [Symbol.asyncDispose]() {
      await node.stop(100)
      peers.close()
      await logs.close()
      await world.workers.close()
    },
  }
}

function fixedSettings(broker: ResolvedBroker): LayeredSettingsView {
  const { settings } = broker
  return {
    get: (name) => settings[name],
    current: () => settings,
    layers: () => ({ broker, ...noDynamicSettings }),
    onChange: () => () => {},
  }
}

/** A batch with these values. */
export function batchOf(...values: readonly string[]): Buffer {
  const builder = new BatchBuilder()
  for (const value of values) builder.append(1_700_000_000_000, null, Buffer.from(value))
  return Buffer.from(builder.build({}))
}

type Produced = ResponseOf<typeof Produce>['responses'][number]['partitionResponses'][number]

/** Produces one batch and gives the answer of its partition. */
export async function produce(
  connection: KafkaConnection,
  topic: string,
  records: Buffer | null,
  { partition = 0, acks = -1, version = 9 } = {},
): Promise<Produced> {
  const answer = await connection.send(Produce, version, {
    acks,
    timeoutMs: 1000,
    topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
  })
  const one = answer.responses[0]?.partitionResponses[0]
  if (one === undefined) throw new Error('The answer has no partition.')
  return one
}

type Fetched = ResponseOf<typeof Fetch>['responses'][number]['partitions'][number]

/** Fetches one partition and gives its answer. */
export async function fetchFrom(
  connection: KafkaConnection,
  topic: string,
  fetchOffset: number,
  {
    partition = 0,
    version = 11,
    maxWaitMs = 0,
    minBytes = 0,
    maxBytes = 1_000_000,
    partitionMaxBytes = 1_000_000,
    isolationLevel = 0,
    currentLeaderEpoch = -1,
    rackId = '',
  } = {},
): Promise<Fetched> {
  const partitions = [{ partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch }]
  const answer = await connection.send(Fetch, version, {
    maxWaitMs,
    minBytes,
    maxBytes,
    isolationLevel,
    topics: [{ topic, partitions }],
    rackId,
  })
  const one = answer.responses[0]?.partitions[0]
  if (one === undefined) throw new Error('The answer has no partition.')
  return one
}
