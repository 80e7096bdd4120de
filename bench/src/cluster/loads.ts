// Loads that go to all brokers at once: every partition's leader has a connection of its own.

import { setTimeout as delay } from 'node:timers/promises'
import { batchOf, produceFrame } from '../broker/frames.ts'
import { pace, quantile, saturate } from '../broker/load.ts'
import { cpuSeconds } from '../broker/process-cost.ts'
import { connectTo, createTopics, viewOf } from './asking.ts'
import type { Contender } from './contenders.ts'

/** What a saturating load came to. */
export interface Throughput {
  readonly mbPerSecond: number
  /** Of all brokers, for each gigabyte that clients sent. */
  readonly cpuSecondsPerGb: number
}

/** Partitions of the topic under load: one for each broker to lead. */
const partitions = 3

/** Creates a topic with replicas on all brokers; resolves when each broker leads one of its partitions. */
export async function replicatedTopic({ members }: Contender, name: string): Promise<void> {
  await using connection = await connectTo({ port: await controllerPort(members) })
  await createTopics(connection, [name], { partitions, replicationFactor: 3 })
  for (let tries = 0; tries < 300; tries++) {
    const { leaders } = await viewOf(connection, [name])
    if (leaders.get(name)?.every((id) => id >= 0) === true) break
    await delay(100)
  }
  // Followers find their leaders.
  await delay(2000)
}

/** The port of the controller, or of any broker where that cannot be told. */
export async function controllerPort(members: Contender['members']): Promise<number> {
  const [first] = members
  if (first === undefined) throw new Error('a cluster has brokers')
  await using connection = await connectTo(first)
  const { controllerId } = await viewOf(connection, [])
  return members.find(({ id }) => id === controllerId)?.port ?? first.port
}

async function leaderPorts({ members }: Contender, topic: string): Promise<number[]> {
  const [first] = members
  if (first === undefined) return []
  await using connection = await connectTo(first)
  const leaders = (await viewOf(connection, [topic])).leaders.get(topic) ?? []
  return leaders.map((leader) => members.find(({ id }) => id === leader)?.port ?? 0)
}

/** 16 KB batches with acks=all, as fast as they are taken. */
export async function throughput(
  contender: Contender,
  topic: string,
  seconds: number,
): Promise<Throughput> {
  const records = batchOf(15, 1024)
  const cpu = (): number => contender.members.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0)
  const ports = await leaderPorts(contender, topic)
  const before = cpu()
  const runs = ports.map(async (port, partition) => {
    const frame = produceFrame(topic, partition, records)
    const done = await saturate(port, frame, { connections: 1, inFlight: 5, seconds })
    return { bytes: done.requests * frame.length, seconds: done.seconds }
  })
  const done = await Promise.all(runs)
  const bytes = done.reduce((sum, one) => sum + one.bytes, 0)
  const rates = done.map((one) => one.bytes / one.seconds / 1e6)
  return {
    mbPerSecond: rates.reduce((sum, rate) => sum + rate, 0),
    cpuSecondsPerGb: (cpu() - before) / (bytes / 1e9),
  }
}

/** The 99th percentile of acknowledgements at a steady rate, in milliseconds. */
export async function p99(
  contender: Contender,
  topic: string,
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<number> {
  const records = batchOf(1, 100)
  const ports = await leaderPorts(contender, topic)
  const runs = ports.map(async (port, partition) => {
    const frame = produceFrame(topic, partition, records)
    const each = Math.round(perSecond / ports.length)
    return await pace(port, frame, { perSecond: each, seconds })
  })
  const latencies = (await Promise.all(runs)).flatMap(({ latenciesMs }) => [...latenciesMs])
  return quantile(Float64Array.from(latencies), 0.99)
}
