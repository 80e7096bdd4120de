// What goes wrong in a story of a cluster. Each seed has its own mix, so that no fault hides another for good.

import type { Simulation } from '@samsa/world/simulated'
import { sessionTimeoutMs, type SimulatedCluster } from './simulated-cluster.ts'

type Fault = (id: number) => Promise<void>

/** Turns on what goes wrong by itself on the network and the disks. */
export function turnOnFaults(simulation: Simulation, cluster: SimulatedCluster): void {
  const { random, network } = simulation
  if (random.chance(0.7)) network.faults.latency = [0.1, random.between(1, 10)]
  if (random.chance(0.4)) network.faults.resetChance = 0.002
  if (random.chance(0.4)) {
    network.faults.stallChance = 0.01
    network.faults.stall = [10, 600]
  }
  for (const id of cluster.brokerIds) {
    if (!random.chance(0.4)) continue
    const { latency } = cluster.node(id).disk.faults
    latency.write = [0, random.between(1, 15)]
    latency.sync = [0, random.between(1, 40)]
  }
}

/** Mends network and disks. */
export function turnOffFaults(simulation: Simulation, cluster: SimulatedCluster): void {
  Object.assign(simulation.network.faults, {
    latency: [0.1, 0.5],
    resetChance: 0,
    stallChance: 0,
  })
  simulation.network.heal()
  for (const id of cluster.brokerIds) {
    Object.assign(cluster.node(id).disk.faults.latency, { write: [0.01, 0.1], sync: [0.2, 1] })
  }
}

/**
 * Lets one thing after another go wrong until `isOver`; resolves when all of it has been mended. Without `isFlushed` the
 * same machine loses power each time: what is acknowledged is then in the memory of another one.
 */
export async function runFaults(
  simulation: Simulation,
  cluster: SimulatedCluster,
  { isFlushed, isOver }: { readonly isFlushed: boolean; readonly isOver: () => boolean },
): Promise<void> {
  const { random, clock, extent } = simulation
  const longMs = (): number => random.between(50, 2 * sessionTimeoutMs)
  const unlucky = cluster.brokerIds[random.below(cluster.brokerIds.length)] ?? 1
  const all: Fault[] = [
    (id) => cluster.kill(id, random.below(1500)),
    (id) => cluster.restart(id, random.below(500)),
    (id) => cluster.pause(id, longMs()),
    (id) => cluster.cutOff(id, longMs(), 'brokers', false),
    (id) => cluster.cutOff(id, longMs(), 'all', false),
    (id) => cluster.cutOff(id, longMs(), random.chance(0.5) ? 'all' : 'brokers', true),
    (id) => Promise.resolve(cluster.expireSession(id)),
    () => Promise.resolve(cluster.dropConnections()),
    (id) => cluster.losePower(isFlushed ? id : unlucky, random.below(1500)),
  ]
  const chosen = all.filter(() => random.chance(0.5))
  if (chosen.length === 0) chosen.push(...all.slice(0, 1))
  const underWay = new Map<number, Promise<void>>()
  const ensemble = runEnsembleFaults(simulation, cluster, isOver)
  while (!isOver()) {
    await clock.sleep(random.between(50, 900))
    const id = cluster.brokerIds[random.below(cluster.brokerIds.length)] ?? 1
    const fault = chosen[random.below(chosen.length)]
    // One thing at a time for each broker; several brokers may be in trouble together.
    if (underWay.size > 0 && random.chance(0.6)) continue
    if (fault === undefined || underWay.has(id) || underWay.has(unlucky)) continue
    if (!extent.fault()) continue
    underWay.set(
      id,
      fault(id).finally(() => underWay.delete(id)),
    )
  }
  await Promise.all([ensemble, ...underWay.values()])
}

/** Lets the ensemble's servers go through theirs, two at a time now and then: without a majority nothing is decided. */
async function runEnsembleFaults(
  { random, clock }: Simulation,
  cluster: SimulatedCluster,
  isOver: () => boolean,
): Promise<void> {
  const { zookeeper } = cluster
  if (zookeeper.serverIds.length === 1) return
  const longMs = (): number => random.between(50, 2 * sessionTimeoutMs)
  const all: Fault[] = [
    (id) => cluster.killServer(id, random.below(1500)),
    (id) => cluster.pauseServer(id, longMs()),
    (id) => cluster.cutOffServer(id, longMs(), false),
    (id) => cluster.cutOffServer(id, longMs(), true),
  ]
  const chosen = all.filter(() => random.chance(0.4))
  const underWay = new Map<number, Promise<void>>()
  while (!isOver() && chosen.length > 0) {
    await clock.sleep(random.between(100, 1500))
    const fault = chosen[random.below(chosen.length)]
    const id = random.chance(0.5) ? zookeeper.leaderId : random.below(zookeeper.serverIds.length)
    if (fault === undefined || id === undefined || underWay.has(id)) continue
    if (underWay.size > 0 && random.chance(0.7)) continue
    underWay.set(
      id,
      fault(id).finally(() => underWay.delete(id)),
    )
  }
  await Promise.all(underWay.values())
}
