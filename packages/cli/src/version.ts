// The version of this installation, as its package states it. It stands one folder below the package, as the built code does.

import { createRequire } from 'node:module'

/** For instance `0.1.0`. */
export function samsaVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('../package.json')
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest
  return isManifest ? String(manifest.version) : 'unknown'
}
