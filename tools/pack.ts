// `npm run pack -- DIRECTORY`: the `samsa` command and those of our packages that it needs, as tarballs that install
// together into an empty folder: `npm install DIRECTORY/*.tgz`. Run `npm run build` before.

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = join(import.meta.dirname, '..')

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
}

const manifests = new Map(
  ['packages', 'examples']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(folder, name)))
    .map((path): [string, Manifest] => {
      return [path, JSON.parse(readFileSync(join(root, path, 'package.json'), 'utf8'))]
    })
    .map(([path, manifest]) => [manifest.name, { path, ...manifest }] as const),
)

/** Folders of a package and of what it needs. */
function withDependencies(name: string, found = new Set<string>()): Set<string> {
  const manifest = manifests.get(name)
  if (manifest === undefined || found.has(manifest.path)) return found
  found.add(manifest.path)
  for (const needed of Object.keys(manifest.dependencies ?? {})) withDependencies(needed, found)
  return found
}

const target = process.argv[2]
if (target === undefined) {
  process.stderr.write('say where the tarballs shall go: npm run pack -- DIRECTORY\n')
  process.exit(2)
}
const folders = [...withDependencies('samsa')]
const unbuilt = folders.filter((path) => !existsSync(join(root, path, 'dist')))
if (unbuilt.length > 0) {
  process.stderr.write(`not built: ${unbuilt.join(', ')}; npm run build builds them\n`)
  process.exit(1)
}
mkdirSync(target, { recursive: true })
const workspaces = folders.flatMap((path) => ['--workspace', path])
const words = ['pack', '--silent', '--pack-destination', resolve(target), ...workspaces]
const { status } = spawnSync('npm', words, { cwd: root, stdio: 'inherit' })
process.exit(status ?? 1)
