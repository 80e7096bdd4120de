// Brokers as a library: one, or a cluster of several in this process on one embedded coordination store. In memory nothing
// touches the disk, and a test may start hundreds.

import { assert, silentLogger, type World } from '@samsa/world'
import { LocalControllers } from '../controller/local-controllers.ts'
import { type BrokerOptions, planStart, type StartPlan } from './broker-options.ts'
import { openCoordination, type OpenCoordination } from './open-coordination.ts'
import { type Broker, runBroker } from './running-broker.ts'

/** How a cluster is started: every broker gets the same options, and its own port and directory. */
export interface ClusterOptions extends BrokerOptions {
  /** How many brokers. Their ids count from 1; with a port, they listen on it and the following ones. */
  readonly brokers: number
  /** The racks that they stand in, one after the other, beginning again when there are more brokers. */
  readonly racks?: readonly string[]
}

/** Several brokers of this process. */
export interface Cluster extends AsyncDisposable {
  /** The brokers that run, and those that were closed one by one, in the order of their ids. */
  readonly brokers: readonly Broker[]
  readonly clusterId: string
  /** `host:port` of every broker, separated by commas. */
  readonly bootstrapServers: string
  /**
   * Stops a broker in order, if it runs, and starts it again with its data and on its port, as one does in a rolling
   * restart. Resolves when it serves clients; rejects as `startBroker` does, and with RangeError for an id that nobody has.
   */
  restart(brokerId: number): Promise<Broker>
  close(): Promise<void>
}

/**
 * Starts one broker; resolves when it serves clients. Rejects with SettingsError (all problems, nothing was created) or
 * WorldError (a directory in use, a port taken …).
 */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  const cluster = await startCluster({ ...options, brokers: 1 })
  const [broker] = cluster.brokers
  assert(broker !== undefined, 'A cluster of one has one broker.')
  const close = (): Promise<void> => cluster.close()
  return { ...broker, close, [Symbol.asyncDispose]: close }
}

/** Starts several brokers in this process; resolves when all of them serve clients. Rejects as `startBroker` does. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const { racks = [] } = options
  const planOf = (index: number, port: number): StartPlan => {
    const rack = racks[index % racks.length]
    const settings = { ...options.settings, ...(rack === undefined ? {} : { 'broker.rack': rack }) }
    return planStart({ ...options, settings, port }, index + 1)
  }
  const plans = Array.from({ length: options.brokers }, (_, index) =>
    planOf(index, options.port ? options.port + index : 0),
  )
  const [first] = plans
  if (first === undefined) throw new RangeError('A cluster has at least one broker.')
  const { world, end } = await worldOf(options, first.isInMemory)
  const brokers: Broker[] = []
  const controllers = new LocalControllers()
  let coordination: OpenCoordination | undefined
  const closeAll = async (): Promise<void> => {
    try {
      await Promise.all(brokers.map((broker) => broker.close()))
    } finally {
      await coordination?.close()
      await end()
    }
  }
  try {
    coordination = await openCoordination(world, first.coordination)
    for (const plan of plans) brokers.push(await runBroker(world, coordination, controllers, plan))
  } catch (error) {
    await closeAll()
    throw error
  }
  let closing: Promise<void> | undefined
  const close = (): Promise<void> => (closing ??= closeAll())
  const store = coordination
  const restart = async (brokerId: number): Promise<Broker> => {
    const index = brokers.findIndex((broker) => broker.brokerId === brokerId)
    const before = brokers[index]
    if (before === undefined) throw new RangeError(`There is no broker ${brokerId}.`)
    await before.close()
    const broker = await runBroker(world, store, controllers, planOf(index, before.port))
    brokers[index] = broker
    return broker
  }
  return {
    brokers,
    clusterId: brokers[0]?.clusterId ?? '',
    bootstrapServers: brokers.map((broker) => broker.bootstrapServers).join(','),
    restart,
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The world given, or this machine; with a disk in memory if nothing is to be kept. */
async function worldOf(
  options: BrokerOptions,
  isInMemory: boolean,
): Promise<{ readonly world: World; readonly end: () => Promise<void> }> {
  let { world } = options
  let end = async (): Promise<void> => {}
  if (world === undefined) {
    const { nodeWorld } = await import('@samsa/world/node')
    const machine = nodeWorld({ logger: options.logger ?? silentLogger })
    end = () => machine.workers.close()
    world = machine
  }
  if (!isInMemory) return { world, end }
  const { memoryDisk, inlineWorkers } = await import('@samsa/world/simulated')
  const disk = memoryDisk()
  return { world: { ...world, disk, workers: inlineWorkers(disk) }, end }
}
