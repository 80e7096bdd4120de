// What is done to a cluster in a round: each fault is over, and everybody is back, when its promise resolves.

import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import type { BrokerPlace, LocalCluster } from './local-cluster.ts'

/** Where a fault strikes. */
export interface Scene {
  readonly cluster: LocalCluster
  /** Whom it befalls, if it befalls a broker. */
  readonly place: BrokerPlace
  /** How long sessions live, in milliseconds. */
  readonly sessionTimeoutMs: number
  readonly admin: ReturnType<Kafka['admin']>
  /** Topics whose replicas may be moved. */
  readonly topics: readonly string[]
}

/** A fault by name. */
export interface Fault {
  readonly name: string
  /** What it may cost at most, beside the session that must end: a goal, in milliseconds. */
  readonly goalMs?: (sessionTimeoutMs: number) => number
  run(scene: Scene): Promise<void>
}

/** Beyond a session's end, so that others take over while the fault lasts. */
const beyondMs = 1500

const failover = (sessionTimeoutMs: number): number => sessionTimeoutMs + 500

/** The faults, in the order in which rounds take them. */
export const faults: readonly Fault[] = [
  {
    name: 'kill -9',
    goalMs: failover,
    run: async ({ cluster, place, sessionTimeoutMs }) => {
      await place.process?.stop('SIGKILL')
      await delay(sessionTimeoutMs + beyondMs)
      await cluster.startBroker(place)
    },
  },
  {
    name: 'shutdown in order',
    goalMs: () => 200,
    run: async ({ cluster, place }) => {
      await place.process?.stop('SIGTERM')
      await cluster.startBroker(place)
    },
  },
  {
    name: 'pause (SIGSTOP)',
    goalMs: failover,
    run: async ({ place, sessionTimeoutMs }) => {
      place.process?.signal('SIGSTOP')
      await delay(sessionTimeoutMs + beyondMs)
      place.process?.signal('SIGCONT')
    },
  },
  {
    name: 'cut off from everybody',
    goalMs: failover,
    run: async ({ cluster, place, sessionTimeoutMs }) => {
      place.wires?.cutCallers(() => true)
      place.wires?.cutZooKeeper()
      for (const other of cluster.places) {
        if (other !== place) other.wires?.cutCallers((caller) => caller === place.id)
      }
      await delay(sessionTimeoutMs + beyondMs)
      for (const { wires } of cluster.places) wires?.mend()
    },
  },
  {
    name: 'session expired by force',
    run: async ({ place }) => {
      await place.wires?.expireSession()
    },
  },
  {
    name: 'replicas moved',
    run: async (scene) => {
      const { cluster, place } = scene
      const ids = cluster.places.map(({ id }) => id)
      const others = ids.filter((id) => id !== place.id)
      await move(scene, () => others)
      // Back from nothing: its logs were deleted.
      await move(scene, (partition) => ids.map((_, i) => ids[(i + partition) % ids.length] ?? 0))
    },
  },
  {
    name: 'empty disk',
    goalMs: failover,
    run: async ({ cluster, place }) => {
      await place.process?.stop('SIGKILL')
      rmSync(place.directory, { recursive: true })
      await cluster.startBroker(place)
    },
  },
  {
    name: 'cut off from ZooKeeper',
    goalMs: failover,
    run: async ({ place, sessionTimeoutMs }) => {
      place.wires?.cutZooKeeper()
      await delay(sessionTimeoutMs + beyondMs)
      place.wires?.mend()
    },
  },
  {
    name: 'controller killed',
    goalMs: failover,
    run: async ({ cluster, admin, place, sessionTimeoutMs }) => {
      const { controller } = await admin.describeCluster()
      const office = cluster.places.find(({ id }) => id === controller) ?? place
      await office.process?.stop('SIGKILL')
      await delay(sessionTimeoutMs + beyondMs)
      await cluster.startBroker(office)
    },
  },
  {
    name: 'ZooKeeper killed',
    run: async ({ cluster: { zookeepers } }) => {
      for (const server of zookeepers) await server.kill()
      await delay(1000)
      await Promise.all(zookeepers.map((server) => server.start()))
    },
  },
  {
    name: 'cut off from other brokers',
    run: async ({ cluster, place, sessionTimeoutMs }) => {
      place.wires?.cutCallers((caller) => caller !== 'client')
      for (const other of cluster.places) {
        if (other !== place) other.wires?.cutCallers((caller) => caller === place.id)
      }
      await delay(sessionTimeoutMs)
      for (const { wires } of cluster.places) wires?.mend()
    },
  },
]

/** Moves all partitions to the replicas that `target` says; resolves when they are there. */
async function move(
  { admin, topics }: Scene,
  target: (partition: number) => readonly number[],
): Promise<void> {
  const { topics: described } = await admin.fetchTopicMetadata({ topics: [...topics] })
  await admin.alterPartitionReassignments({
    topics: described.map(({ name, partitions }) => ({
      topic: name,
      partitionAssignment: partitions.map(({ partitionId }) => ({
        partition: partitionId,
        replicas: [...target(partitionId)],
      })),
    })),
  })
  const deadline = performance.now() + 30_000
  while (performance.now() < deadline) {
    const { topics: moving } = await admin.listPartitionReassignments({})
    if (moving.length === 0) return
    await delay(50)
  }
  throw new Error('replicas are still being moved after 30 s')
}
