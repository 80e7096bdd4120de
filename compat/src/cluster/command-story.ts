// `npm run cluster` as somebody at a terminal has it: everything starts with one command, serves, and is gone after Ctrl-C.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { connect, nullable, string, topic } from '@samsa/client'
import { freePort } from '../kafka/broker.ts'
import type { Part } from './tools-story.ts'

const script = join(import.meta.dirname, '..', '..', '..', 'tools', 'cluster.ts')

/** Starts it, uses it, presses Ctrl-C. */
export async function commandStory({ directory, checks, say }: Part): Promise<void> {
  const port = await freePort()
  const words = ['--data', join(directory, 'command'), '--port', String(port)]
  const child = spawn(process.execPath, ['--conditions=@samsa/source', script, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  const exit = once(child, 'exit')
  const pids: number[] = []
  const addresses: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const [, who, address, pid] = /^(zookeeper|broker \d+) +(\S+) +process (\d+)$/.exec(line) ?? []
    if (pid !== undefined) pids.push(Number(pid))
    if (address !== undefined && who !== 'zookeeper') addresses.push(address)
    if (/Ctrl-C/.test(line)) break
  }
  checks.check(
    pids.length === 4 && addresses.length === 3,
    `npm run cluster tells four processes: ${pids.length}`,
  )
  {
    await using kafka = connect({ brokers: addresses.join(',') })
    const log = topic('hello', { key: nullable(string), value: string })
    await kafka.admin().topics.create([{ name: 'hello', partitions: 1, replicationFactor: 3 }])
    const { offset } = await kafka.producer().send(log, { key: null, value: 'hello' })
    checks.check(offset === 0, `npm run cluster serves: ${offset}`)
  }
  const startedAt = performance.now()
  // As a terminal does: the signal goes to everybody in the group.
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGINT')
  const [exitCode] = (await exit) as [number | null]
  const left = pids.filter(isAlive)
  checks.check(exitCode === 0, `npm run cluster ends in order: ${exitCode}`)
  checks.check(left.length === 0, `nobody is left behind: ${left.join()}`)
  for (const pid of left) process.kill(pid, 'SIGKILL')
  say(`npm run cluster: stopped in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
