// A broker for tests of administration, and the making of topics on it.

import { KafkaConnection } from '@samsa/network'
import { CreateTopics, errorName, type RequestInput } from '@samsa/protocol'
import { nodeWorld } from '@samsa/world/node'
import { type BrokerOptions, startBroker } from '../../index.ts'

/** A broker that serves a test. */
export interface Served extends AsyncDisposable {
  readonly client: KafkaConnection
  readonly port: number
  readonly clusterId: string
}

/** A broker in memory and a connection to it. */
export async function serve(settings: BrokerOptions['settings'] = {}): Promise<Served> {
  const broker = await startBroker({ memory: true, settings })
  const client = await KafkaConnection.open(nodeWorld().network, broker)
  return {
    client,
    port: broker.port,
    clusterId: broker.clusterId,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]()
      await broker.close()
    },
  }
}

/** A topic as CreateTopics takes it. */
export type Creatable = RequestInput<typeof CreateTopics>['topics'][number]

/** A topic of one partition, unless told otherwise. */
export function creatable(name: string, more: Partial<Creatable> = {}): Creatable {
  return { name, numPartitions: 1, replicationFactor: 1, assignments: [], configs: [], ...more }
}

/** Creates topics; gives `name: error` for each. */
export async function create(
  client: KafkaConnection,
  topics: readonly Creatable[],
  more: { validateOnly?: boolean } = {},
): Promise<string[]> {
  const { topics: answers } = await client.send(CreateTopics, 7, { topics, ...more })
  return answers.map(({ name, errorCode }) => `${name}: ${errorName(errorCode)}`)
}
