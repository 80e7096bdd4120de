// The bugs of the log's that the simulation must find.

import type { Mutant } from '../mutants/check-mutants.ts'

/** The bugs that must be found. */
export const logMutants: readonly Mutant[] = [
  {
    name: 'skip the fdatasync before the checkpoint',
    file: 'log/src/appends/log-flush.ts',
    from: "await log.host.files.use(segment.file, 'update', (file) => file.sync())",
    to: '',
  },
  {
    name: 'forget to cut the tail',
    file: 'log/src/recovery/recover-segments.ts',
    from: 'if (scanned.position < sizeInBytes) await file.truncate(scanned.position)',
    to: '',
  },
  {
    name: 'snapshot ahead of the data',
    file: 'log/src/log-maintenance.ts',
    from: 'await writeSnapshot(this.#log, offset, bytes)',
    to: 'await writeSnapshot(this.#log, offset, formatProducerSnapshot(this.#log.producers.entries()))',
  },
  {
    name: 'swap before the cleaned file is synced',
    file: 'log/src/cleaning/cleaning-worker.ts',
    from: 'await this.#file.sync()',
    to: '',
  },
]
