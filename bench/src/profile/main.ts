// `npm run profile -- LOAD [--top N] [--keep DIR] [--json]`: a broker under one kind of load; prints the functions in which
// it spends its time, and what a request allocates. `--keep` leaves the profiles for a viewer (Chrome's, for instance).

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { cpuSeconds } from '../broker/process-cost.ts'
import { createTopic, startSamsa } from '../broker/targets.ts'
import { loads, loadTopic } from './loads.ts'
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
if (load === undefined) {
  const known = Object.keys(loads).join(', ')
  process.stderr.write(`usage: npm run profile -- LOAD [--top N] [--keep DIR] [--json]\n`)
  process.stderr.write(`no load '${name}'; there are ${known}\n`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'samsa-profile-'))
const hook = join(import.meta.dirname, 'hook.ts')
const target = await startSamsa({ args: ['--import', hook], env: { SAMSA_PROFILE: folder } })

/** Records one load; the signals go between requests, so that nothing of the load is missed. */
async function recorded(run: () => Promise<number>): Promise<number> {
  process.kill(target.pid, 'SIGUSR2')
  await delay(100)
  const requests = await run()
  process.kill(target.pid, 'SIGUSR2')
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
  await createTopic(target.port, loadTopic)
  await load(target.port, warmUpSeconds)
  const before = cpuSeconds(target.pid)
  const requests = await recorded(() => load(target.port, seconds))
  const cpuUs = ((cpuSeconds(target.pid) - before) * 1e6) / requests
  const allocating = await recorded(() => load(target.port, seconds))
  await target[Symbol.asyncDispose]()
  const times = selfTimes(read(cpuProfileName))
  const bytes = allocatedBytes(read(allocationProfileName))
  const bytesPerRequest = sum(bytes) / allocating
  if (values.json) {
    const figures = { load: name, requests, cpuUs, bytesPerRequest, times, bytes }
    process.stdout.write(`${JSON.stringify(figures, undefined, 2)}\n`)
  } else {
    const total = sum(times)
    process.stdout.write(`${name}: ${requests} requests in ${seconds} s, `)
    process.stdout.write(`${cpuUs.toFixed(1)} us of CPU a request (all threads)\n\n`)
    process.stdout.write(`self time of the main thread\n`)
    process.stdout.write(
      table(times, ({ amount }) => `${((amount / total) * 100).toFixed(1).padStart(5)} %`),
    )
    process.stdout.write(`\n${Math.round(bytesPerRequest)} bytes allocated a request\n`)
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
