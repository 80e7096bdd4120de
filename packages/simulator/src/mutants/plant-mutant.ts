// Loaded before a simulation by `check-mutants.ts`: changes one source file on its way into the process.

import { registerHooks } from 'node:module'
import type { Mutant } from './check-mutants.ts'

const said = process.env['SAMSA_MUTANT']
if (said === undefined) throw new Error('SAMSA_MUTANT names no mutant')
const { file, from, to } = JSON.parse(said) as Mutant

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!url.endsWith(file)) return loaded
    const source = Buffer.from(loaded.source as Uint8Array).toString()
    if (source.split(from).length !== 2) throw new Error(`${file} does not hold the place once`)
    return { ...loaded, source: source.replace(from, () => to) }
  },
})
