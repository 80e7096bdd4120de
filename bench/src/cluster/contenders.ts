// Three brokers of ours on ZooKeeper, and three of Apache Kafka: processes of this machine, with fresh data.

import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LocalCluster } from '@samsa/compat/cluster/local-cluster'
import { kafkaClassPath } from '@samsa/compat/kafka/artifacts'
import { KraftCluster } from './kraft-cluster.ts'

/** One broker of a cluster under measurement. */
export interface Member {
  readonly id: number
  readonly port: number
  readonly pid: number
  /** Ends the process at once. */
  kill(): Promise<void>
}

/** A cluster under measurement. */
export interface Contender extends AsyncDisposable {
  readonly name: 'samsa' | 'kafka'
  readonly members: readonly Member[]
  /** The ZooKeeper that ours is coordinated by, and where its root lies there. */
  readonly zookeeper?: { readonly port: number; readonly root: string }
}

/** How long sessions of either live: the default of clusters that `npm run cluster` starts. */
export const sessionTimeoutMs = 6000

/** Settings that both have: what may be lost is the same. */
const settings = {
  'default.replication.factor': '3',
  'min.insync.replicas': '2',
  'auto.create.topics.enable': 'false',
}

/** Starts three Samsa brokers and a ZooKeeper. */
export async function startSamsa(): Promise<Contender> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-cluster-samsa-'))
  const cluster = await LocalCluster.start({
    directory,
    brokers: 3,
    zookeepers: 1,
    sessionTimeoutMs,
    settings: { ...settings, 'log.level': 'warn' },
  })
  const [server] = cluster.zookeepers
  return {
    name: 'samsa',
    zookeeper: { port: server?.port ?? 0, root: '/samsa' },
    members: cluster.places.map(({ id, port, process }) => ({
      id,
      port,
      pid: process?.pid ?? -1,
      kill: async () => process?.stop('SIGKILL'),
    })),
    async [Symbol.asyncDispose]() {
      await cluster.stop('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

/** Starts three Kafka brokers, where the jars are in the cache (`npm run compat -- java`). */
export async function startKafka(): Promise<Contender | undefined> {
  const release = '4.3.1'
  if (!existsSync(kafkaClassPath(release).slice(0, -1))) return undefined
  const directory = mkdtempSync(join(tmpdir(), 'bench-cluster-kafka-'))
  const cluster = await KraftCluster.start({
    release,
    directory,
    brokers: 3,
    // What its start script gives it.
    heapMegabytes: 1024,
    settings: { ...settings, 'broker.session.timeout.ms': String(sessionTimeoutMs) },
  })
  return {
    name: 'kafka',
    members: cluster.brokers,
    async [Symbol.asyncDispose]() {
      await cluster.stop('SIGKILL')
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
