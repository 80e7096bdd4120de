// Many connections that do little: idle ones should cost little memory each, readers that do not read should hold a bounded
// amount, and neither may delay those who work.

import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { encodeRequest } from '@samsa/network'
import { ApiVersions } from '@samsa/protocol'
import type { Row } from '../row.ts'
import type { StoryOptions } from '../stories.ts'
import { batchOf, fetchFrame, produceFrame } from './frames.ts'
import { quantile, saturate } from './load.ts'
import { residentMb } from './process-cost.ts'
import { createTopic, startSamsa } from './targets.ts'

const whole = { idleCount: 5000, slowCount: 1000, activeCount: 200, seconds: 2 }
/** Fewer connections cost more each: what the broker itself needs is spread over them. */
const short = { idleCount: 1000, slowCount: 200, activeCount: 50, seconds: 1 }
const topic = 'load'
/** Fewer than may wait to be accepted (socket.listen.backlog.size). */
const burst = 25

/** Connections that have been accepted: each has asked for the versions and was answered. */
async function openMany(port: number, count: number): Promise<Socket[]> {
  const hello = Buffer.concat(encodeRequest(ApiVersions, 0, {}, 1, 'idle'))
  const sockets: Socket[] = []
  for (let opened = 0; opened < count; opened += burst) {
    const some = Array.from({ length: burst }, () => connect(port, '127.0.0.1'))
    await Promise.all(
      some.map(async (socket) => {
        await once(socket, 'connect')
        socket.write(hello)
        await once(socket, 'data')
        socket.on('error', () => {})
      }),
    )
    sockets.push(...some)
  }
  return sockets
}

/** `npm run bench -- connections`. */
export async function benchConnections({ smoke = false }: StoryOptions): Promise<readonly Row[]> {
  const { idleCount, slowCount, activeCount, seconds } = smoke ? short : whole
  await using samsa = await startSamsa()
  const { port, pid } = samsa
  await createTopic(port, topic)
  const small = produceFrame(topic, 0, batchOf(1, 100))
  const p99 = async (): Promise<number> => {
    const options = { connections: activeCount, inFlight: 1, seconds }
    return quantile((await saturate(port, small, options)).latenciesMs, 0.99)
  }
  await saturate(port, produceFrame(topic, 0, batchOf(15, 1024)), {
    connections: 2,
    inFlight: 5,
    seconds,
  })
  await p99()
  const aloneMs = await p99()
  const before = residentMb(pid)
  const idle = await openMany(port, idleCount)
  const idleKb = ((residentMb(pid) - before) * 1024) / idleCount
  const besideIdleMs = await p99()
  for (const socket of idle) socket.destroy()
  const beforeSlow = residentMb(pid)
  const slow = await openMany(port, slowCount)
  const request = fetchFrame(topic, 0, 0, 1 << 20)
  for (const socket of slow) {
    socket.pause()
    for (let i = 0; i < 4; i++) socket.write(request)
  }
  const besideSlowMs = await p99()
  const slowMb = residentMb(pid) - beforeSlow
  for (const socket of slow) socket.destroy()
  return [
    {
      name: 'memory per idle connection',
      ours: idleKb,
      unit: 'KB',
      goal: '<= 20',
      met: idleKb <= 20,
    },
    delay(`p99 of ${activeCount} beside ${idleCount} idle ones`, besideIdleMs, aloneMs),
    {
      name: `memory of ${slowCount} slow readers`,
      ours: slowMb,
      unit: 'MB',
      goal: '<= 512',
      met: slowMb <= 512,
    },
    delay(`p99 of ${activeCount} beside ${slowCount} slow readers`, besideSlowMs, aloneMs),
  ]
}

function delay(name: string, ours: number, reference: number): Row {
  const ratio = ours / reference
  const goal = '<= 1.5x that without them'
  const beside = 'without them'
  return { name, ours, reference, beside, unit: 'ms', ratio, isCost: true, goal, met: ratio <= 1.5 }
}
