// Paths of nodes: absolute, '/' between names, no name empty or relative. '/' is the root.

import { assert } from '@samsa/world'

/** Fails unless `path` is one that ZooKeeper takes; paths are made by our own code, never by a peer. */
export function assertPath(path: string): void {
  assert(isPath(path), `'${path}' is not the path of a node.`)
}

/** Path of the parent; the root has none and must not be asked for it. */
export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash === 0 ? '/' : path.slice(0, slash)
}

/** Last name of the path. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Path of the child `name` of `parent`. */
export function childPath(parent: string, name: string): string {
  return parent === '/' ? `/${name}` : `${parent}/${name}`
}

function isPath(path: string): boolean {
  if (path === '/') return true
  if (!path.startsWith('/') || path.endsWith('/')) return false
  if (path.includes('//') || path.includes('\0')) return false
  return !path.includes('/.') || !/\/\.\.?(\/|$)/.test(path)
}
