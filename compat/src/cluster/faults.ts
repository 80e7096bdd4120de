// What is done to a cluster in a round: each fault is over, and everybody is back, when its promise resolves.

import { rmSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { BrokerPlace, LocalCluster } from './local-cluster.ts'

/** A fault by name. */
export interface Fault {
  readonly name: string
  /** `place` is whom it befalls, if it befalls a broker. */
  run(cluster: LocalCluster, place: BrokerPlace): Promise<void>
}

/** Longer than a session lives, in milliseconds. */
const pauseMs = 8000

/** The faults, in the order in which rounds take them. */
export const faults: readonly Fault[] = [
  {
    name: 'kill -9',
    run: async (cluster, place) => {
      await place.process?.stop('SIGKILL')
      await delay(pauseMs)
      await cluster.startBroker(place)
    },
  },
  {
    name: 'shutdown in order',
    run: async (cluster, place) => {
      await place.process?.stop('SIGTERM')
      await cluster.startBroker(place)
    },
  },
  {
    name: 'pause (SIGSTOP)',
    run: async (_, place) => {
      place.process?.signal('SIGSTOP')
      await delay(pauseMs)
      place.process?.signal('SIGCONT')
    },
  },
  {
    name: 'empty disk',
    run: async (cluster, place) => {
      await place.process?.stop('SIGKILL')
      rmSync(place.directory, { recursive: true })
      await cluster.startBroker(place)
    },
  },
  {
    name: 'ZooKeeper killed',
    run: async ({ zookeepers }) => {
      for (const server of zookeepers) await server.kill()
      await delay(2000)
      await Promise.all(zookeepers.map((server) => server.start()))
    },
  },
]
