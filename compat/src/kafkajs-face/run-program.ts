// Runs one program of this suite in a process of its own and prints what it gives, as JSON on its last line.

import type { FaceProgram } from './stage.ts'

/** All programs, loaded when they are run. */
const programs: Readonly<Record<string, () => Promise<{ readonly program: FaceProgram }>>> = {
  administering: () => import('./programs/administering.ts'),
  handling: () => import('./programs/handling.ts'),
  placing: () => import('./programs/placing.ts'),
  refusing: () => import('./programs/refusing.ts'),
  sending: () => import('./programs/sending.ts'),
  transacting: () => import('./programs/transacting.ts'),
}

const [name = '', brokers = '', prefix = ''] = process.argv.slice(2)
const loaded = await programs[name]?.()
if (loaded === undefined) throw new Error(`There is no program ${name}.`)
const result = await loaded.program({ brokers: brokers.split(','), prefix })
process.stdout.write(`\n${JSON.stringify(result)}\n`)
process.exit(0)
