// Builds dist/ of every published package, storey by storey: each is compiled against the declarations of those below.

import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** The storeys from the ground up. */
const packages = [
  'protocol',
  'settings',
  'world',
  'network',
  'client',
  'log',
  'coordination',
  'broker',
  'cli',
] as const

for (const name of packages) {
  const directory = join(root, 'packages', name)
  if (!existsSync(join(directory, 'tsconfig.build.json'))) continue
  rmSync(join(directory, 'dist'), { recursive: true, force: true })
  const started = performance.now()
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const result = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: directory,
    encoding: 'utf8',
  })
  if (result.status !== 0) {
    process.stderr.write(`${name}: the build failed\n${result.stdout}${result.stderr}`)
    process.exit(1)
  }
  process.stdout.write(`${name}: dist/ in ${Math.round(performance.now() - started)} ms\n`)
}
