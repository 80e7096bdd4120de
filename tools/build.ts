// Builds dist/ of every published package, storey by storey: declarations file by file, checked against those of the
// storeys below, and the code joined into one module for each way into the package. Joined because loading a module costs
// about half a millisecond: a broker of 570 modules takes twice as long to start as one of 40, and a quarter more memory.

import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { rolldown } from 'rolldown'

const root = join(import.meta.dirname, '..')

/** The storeys from the ground up. */
const packages = [
  'packages/protocol',
  'packages/settings',
  'packages/world',
  'packages/network',
  'packages/client',
  'packages/kafkajs',
  'packages/opentelemetry',
  'packages/log',
  'packages/coordination',
  'packages/broker',
  'examples/stocks',
  'packages/cli',
] as const

for (const path of packages) {
  const directory = join(root, path)
  const name = basename(path)
  if (!existsSync(join(directory, 'tsconfig.build.json'))) continue
  rmSync(join(directory, 'dist'), { recursive: true, force: true })
  const started = performance.now()
  declare(name, directory)
  await joinModules(directory)
  if (name === 'stocks') copyPrices(directory)
  process.stdout.write(`${name}: dist/ in ${Math.round(performance.now() - started)} ms\n`)
}

/** Writes the declarations; a type error ends the build. */
function declare(name: string, directory: string): void {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const words = [tsc, '-p', 'tsconfig.build.json', '--emitDeclarationOnly', '--sourceMap', 'false']
  const result = spawnSync(process.execPath, words, { cwd: directory, encoding: 'utf8' })
  if (result.status === 0) return
  process.stderr.write(`${name}: the build failed\n${result.stdout}${result.stderr}`)
  process.exit(1)
}

/** Joins the modules behind each entry; what several entries use becomes a chunk beside them. */
async function joinModules(directory: string): Promise<void> {
  const entries = entriesOf(directory)
  const input = Object.fromEntries(
    entries.map((name) => [name, join(directory, 'src', `${name}.ts`)]),
  )
  // What is not a file of this package is another package, and stays an import.
  await using joined = await rolldown({
    input,
    platform: 'node',
    external: (id) => !id.startsWith('.') && !id.startsWith('/'),
  })
  // Tasks of worker threads are found by `import.meta.url` and their exported name, so names are kept as they are.
  await joined.write({
    dir: join(directory, 'dist'),
    format: 'esm',
    sourcemap: true,
    minifyInternalExports: false,
    comments: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  })
}

/** What is loaded by name, below src/ and without `.ts`: exports, commands, and what worker threads run. */
function entriesOf(directory: string): string[] {
  const manifest: Manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
  const published = Object.values(manifest.exports).map((target) => target.default)
  const commands = Object.values(manifest.bin ?? {})
  const built = [...published, ...commands].filter((path) => path !== undefined)
  const sources = readdirSync(join(directory, 'src'), { recursive: true, encoding: 'utf8' })
  const forThreads = sources.filter(
    (path) =>
      path.endsWith('worker-main.ts') ||
      (path.endsWith('.ts') &&
        !path.endsWith('.test.ts') &&
        readFileSync(join(directory, 'src', path), 'utf8').includes('module: import.meta.url')),
  )
  return [
    ...built.map((path) => path.slice('./dist/'.length, -'.js'.length)),
    ...forThreads.map((path) => path.slice(0, -'.ts'.length)),
  ]
}

/** What of a package.json names entries. */
interface Manifest {
  readonly exports: Readonly<Record<string, { readonly default?: string }>>
  readonly bin?: Readonly<Record<string, string>>
}

/** The prices come along: the package that has them is forty megabytes of other data. */
function copyPrices(directory: string): void {
  const data = join(root, 'node_modules', 'vega-datasets', 'data')
  for (const file of ['stocks.csv', 'sp500.csv']) {
    cpSync(join(data, file), join(directory, 'dist', 'prices', file))
  }
}
