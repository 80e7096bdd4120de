// Loaded into a server before anything else (`--import`): each SIGUSR2 begins or ends one recording, first of processor
// time, then of allocations, and writes it into the folder that PROFILE_FOLDER names.

import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector'
import { join } from 'node:path'
import { allocationProfileName, cpuProfileName } from './recording.ts'

const folder = process.env['PROFILE_FOLDER'] ?? '.'
const session = new Session()
session.connect()

function write(name: string, content: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(content))
}

/** What successive signals do. The session answers within the call: it serves this very thread. */
const steps: readonly (() => void)[] = [
  () => {
    session.post('Profiler.enable')
    session.post('Profiler.setSamplingInterval', { interval: 200 })
    session.post('Profiler.start')
  },
  () => {
    session.post('Profiler.stop', (_error, result) => write(cpuProfileName, result.profile))
  },
  () => {
    // What is collected again counts too: the cost of an allocation is not that it stays.
    session.post('HeapProfiler.startSampling', {
      samplingInterval: 16_384,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    })
  },
  () => {
    session.post('HeapProfiler.stopSampling', (_error, result) =>
      write(allocationProfileName, result.profile),
    )
  },
]

let next = 0
process.on('SIGUSR2', () => {
  steps[next]?.()
  next += 1
})
