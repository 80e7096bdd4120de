// Who may import whom. The table is the architecture: data goes one way, storey by storey.

import type { Source } from './sources.ts'

const storeys: Readonly<Record<string, readonly string[]>> = {
  protocol: [],
  settings: [],
  world: [],
  network: ['protocol', 'settings', 'world'],
  log: ['protocol', 'settings', 'world'],
  coordination: ['protocol', 'settings', 'world', 'log'],
  client: ['protocol', 'settings', 'world', 'network'],
  broker: ['protocol', 'settings', 'world', 'network', 'coordination', 'log'],
  streams: ['protocol', 'settings', 'world', 'network', 'client'],
  connect: ['protocol', 'settings', 'world', 'network', 'client'],
  registry: ['protocol', 'settings', 'world', 'network', 'client'],
  kafkajs: ['protocol', 'settings', 'world', 'network', 'client'],
  opentelemetry: ['protocol', 'settings', 'world', 'network', 'client'],
  console: ['protocol', 'settings', 'world', 'network', 'client', 'registry', 'streams'],
  cli: [
    'protocol',
    'settings',
    'world',
    'network',
    'coordination',
    'log',
    'client',
    'broker',
    'streams',
    'connect',
    'registry',
    'console',
    'stocks',
  ],
  simulator: [
    'protocol',
    'settings',
    'world',
    'network',
    'coordination',
    'log',
    'client',
    'broker',
  ],
}

/** Packages from the registry that a package's sources may import. */
const libraries: Readonly<Record<string, readonly string[]>> = {
  protocol: ['@node-rs/crc32', 'lz4-napi', 'snappy'],
  world: ['pino'],
  cli: ['commander'],
}

/** Modules of Node itself; `world/node` may use all of them. */
const nodeModules: Readonly<Record<string, readonly string[]>> = {
  // `createRequire` loads a codec's library when its first batch comes.
  protocol: ['node:buffer', 'node:module', 'node:zlib'],
  // Hashes for SCRAM are pure; the ban list keeps its random and asynchronous functions out.
  network: ['node:crypto'],
  // The producer's stream is Node's own kind, for `pipeline`; telling listeners of the same process what happens is
  // neither input nor output.
  client: ['node:crypto', 'node:stream', 'node:diagnostics_channel'],
  opentelemetry: ['node:diagnostics_channel'],
  broker: ['node:crypto'],
}

/** Free of input and output, so allowed everywhere. */
const harmless = new Set(['node:assert', 'node:assert/strict', 'node:buffer'])

/** Problems with the imports of one file, as sentences. */
export function importProblems(source: Source): string[] {
  const [top, owner] = source.path.split('/')
  if (top !== 'packages' || owner === undefined) return []
  const allowed = storeys[owner]
  if (allowed === undefined) return [`${source.path}: package ${owner} is not in the import table`]
  const isTest = /\.test\.ts$|\/testing\//.test(source.path)
  const isNodeWorld = source.path.startsWith('packages/world/src/node/')
  // The command line is the rim of the house: it is what makes a process of the rest.
  const isRim = isNodeWorld || owner === 'cli' || owner === 'simulator'
  return source.imports.flatMap((name) => {
    const ours = /^@samsa\/([a-z-]+)(\/.*)?$/.exec(name)
    if (ours !== null) {
      const [, target, path] = ours
      const fine =
        target === owner ||
        allowed.includes(target ?? '') ||
        (isTest && (target === 'simulator' || (target === 'world' && path !== undefined)))
      return fine ? [] : [`${source.path}: ${owner} may not import ${name}`]
    }
    if (name.startsWith('.')) {
      const leaves = climbs(source.path, name)
      return leaves ? [`${source.path}: ${name} leaves the package; import its public name`] : []
    }
    if (name.startsWith('node:')) {
      const fine =
        isTest || isRim || harmless.has(name) || nodeModules[owner]?.includes(name) === true
      return fine ? [] : [`${source.path}: only world/node may import ${name}`]
    }
    return libraries[owner]?.includes(name) === true || isTest
      ? []
      : [`${source.path}: ${owner} may not import the library ${name}`]
  })
}

function climbs(path: string, name: string): boolean {
  let depth = path.split('/').length - 3
  for (const part of name.split('/')) {
    if (part === '..') depth--
    else if (part !== '.') depth++
    if (depth < 0) return true
  }
  return false
}
