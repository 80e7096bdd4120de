// `npm run profile -- LOAD [--top N] [--keep DIR] [--json]`: a broker under one kind of load, or our client at one kind of
// work; prints the functions in which it spends its time, and what each request allocates. `--keep` leaves the profiles
// for a viewer (Chrome's, for instance).

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { cpuSeconds } from '../broker/process-cost.ts'
import { createTopic, startSamsa } from '../broker/targets.ts'
import { type ClientWork, clientWorks, startClient } from './client-works.ts'
import { loads, loadTopic, type Run } from './loads.ts'
import { allocatedBytes, allocationProfileName, type Cost, cpuProfileName } from './recording.ts'
import { selfTimes } from './recording.ts'

const warmUpSeconds = 2
const seconds = 4

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    top: { type: 'string', default: '10' },
    keep: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const [name = ''] = positionals
const load = loads[name]
const clientUnit = clientWorks[name as ClientWork] as string | undefined
const unit = load?.unit ?? clientUnit
if (unit === undefined) {
  const known = [...Object.keys(loads), ...Object.keys(clientWorks)].join(', ')
  process.stderr.write(`usage: npm run profile -- LOAD [--top N] [--keep DIR] [--json]\n`)
  process.stderr.write(`no load '${name}'; there are ${known}\n`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'samsa-profile-'))
const hook = {
  args: ['--import', join(import.meta.dirname, 'hook.ts')],
  env: { PROFILE_FOLDER: folder },
}
const broker = await startSamsa(load === undefined ? {} : hook)
await createTopic(broker.port, loadTopic)
const client =
  load === undefined ? await startClient(name as ClientWork, broker.port, hook) : undefined
const { pid } = client ?? broker
const run: Run = client?.run ?? (await load?.prepare(broker.port)) ?? (() => Promise.resolve(0))

/** Records one stretch; the signals go between requests, so that nothing of the load is missed. */
async function recorded(): Promise<number> {
  process.kill(pid, 'SIGUSR2')
  await delay(100)
  const requests = await run(seconds)
  process.kill(pid, 'SIGUSR2')
  await delay(500)
  return requests
}

function read<T>(file: string): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as T
}

function table(costs: readonly Cost[], format: (cost: Cost) => string): string {
  return costs
    .slice(0, Number(values.top))
    .map((cost) => `  ${format(cost)}  ${cost.where}\n`)
    .join('')
}

const sum = (costs: readonly Cost[]): number => costs.reduce((all, { amount }) => all + amount, 0)

try {
  await run(warmUpSeconds)
  const before = cpuSeconds(pid)
  const requests = await recorded()
  const cpuUs = ((cpuSeconds(pid) - before) * 1e6) / requests
  const allocating = await recorded()
  await client?.[Symbol.asyncDispose]()
  await broker[Symbol.asyncDispose]()
  const times = selfTimes(read(cpuProfileName))
  const bytes = allocatedBytes(read(allocationProfileName))
  const bytesPerRequest = sum(bytes) / allocating
  if (values.json) {
    const figures = { load: name, requests, cpuUs, bytesPerRequest, times, bytes }
    process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`)
  } else {
    const total = sum(times)
    process.stdout.write(`${name}: ${requests} in ${seconds} s, `)
    process.stdout.write(`${cpuUs.toFixed(1)} us of CPU each (${unit}; all threads)\n\n`)
    process.stdout.write(`self time of the main thread\n`)
    process.stdout.write(
      table(times, ({ amount }) => `${((amount / total) * 100).toFixed(1).padStart(5)} %`),
    )
    process.stdout.write(`\n${Math.round(bytesPerRequest)} bytes allocated each (${unit})\n`)
    process.stdout.write(
      table(
        bytes,
        ({ amount }) =>
          `${Math.round(amount / allocating)
            .toString()
            .padStart(6)} B`,
      ),
    )
  }
  if (values.keep !== undefined) {
    mkdirSync(values.keep, { recursive: true })
    for (const file of [cpuProfileName, allocationProfileName]) {
      copyFileSync(join(folder, file), join(values.keep, `${name}.${file}profile`))
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
// Connections of the load are still open.
process.exit(0)
