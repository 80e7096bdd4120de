// `samsa cluster describe`: what an operator looks at first.

import type { Admin, PartitionDescription } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import { type AdminContext, type AdminFlags, succeeded } from '../../connection/admin-command.ts'
import { counted, show, sizeText } from '../../terminal/show.ts'
import { tableText } from '../../terminal/table.ts'

/** Shows brokers, controller, features, and partitions that are not as they should be. */
export async function describe({ admin, output }: AdminContext, flags: AdminFlags): Promise<void> {
  const cluster = await admin.cluster.describe()
  const features = await featuresOf(admin)
  const partitions = await partitionsOf(admin)
  const ids = cluster.brokers.map(({ brokerId }) => brokerId)
  const directories = new Map(succeeded(await admin.replicas.logDirectories(ids).each()))
  const brokers = cluster.brokers.map((broker) => {
    const mine = directories.get(broker.brokerId)
    const replicas = mine?.flatMap((directory) => directory.replicas)
    return {
      ...broker,
      isController: broker.brokerId === cluster.controllerId,
      leaders: partitions.filter(({ leaderId }) => leaderId === broker.brokerId).length,
      replicas: partitions.filter((one) => one.replicas.includes(broker.brokerId)).length,
      bytes: replicas?.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
      failedDirectories: mine?.filter(({ error }) => error !== undefined).map(({ path }) => path),
    }
  })
  const underReplicated = partitions.filter((one) => {
    return one.inSyncReplicas.length < one.replicas.length
  }).length
  const offline = partitions.filter(({ leaderId }) => leaderId === undefined).length
  const { clusterId, controllerId } = cluster
  const result = { clusterId, controllerId, brokers, features, underReplicated, offline }
  await show(output, flags.json, result, () => {
    const rows = brokers.map((broker) => [
      broker.brokerId,
      `${broker.host}:${broker.port}`,
      broker.rack ?? '-',
      broker.leaders,
      broker.replicas,
      broker.bytes === undefined ? '-' : sizeText(broker.bytes),
      [
        ...(broker.isController ? ['controller'] : []),
        ...(broker.isFenced ? [output.style('red', 'fenced')] : []),
        ...(broker.failedDirectories ?? []).map((path) => output.style('red', `${path} failed`)),
      ].join(', '),
    ])
    const health = [
      counted(partitions.length, 'partition'),
      ...(underReplicated > 0
        ? [output.style('yellow', `${underReplicated} under-replicated`)]
        : []),
      ...(offline > 0 ? [output.style('red', `${offline} without leader`)] : []),
    ]
    const levels = Object.entries(features).map(([name, level]) => `${name}=${level}`)
    return [
      `${output.style('bold', `cluster ${clusterId ?? '(no id)'}`)}  ${health.join(', ')}\n`,
      ...(levels.length === 0 ? [] : [`${levels.join(', ')}\n`]),
      '\n',
      tableText(['broker', 'address', 'rack', 'leaders', 'replicas', 'size', ''], rows),
    ].join('')
  })
}

/** Finalized features by name; empty where the brokers know of none. */
async function featuresOf(admin: Admin): Promise<Readonly<Record<string, number>>> {
  try {
    const { finalized } = await admin.features.describe()
    return Object.fromEntries([...finalized].map(([name, { max }]) => [name, max]))
  } catch (error) {
    if (error instanceof KafkaError && error.name === 'UNSUPPORTED_VERSION') return {}
    throw error
  }
}

async function partitionsOf(admin: Admin): Promise<PartitionDescription[]> {
  const names = (await admin.topics.list({ includeInternal: true })).map(({ name }) => name)
  const topics = succeeded(await admin.topics.describe(names).each())
  return topics.flatMap(([, { partitions }]) => partitions)
}
