// Random operations on a handful of paths: few enough that they meet, and that every failure happens.

import type { Random } from '@samsa/world'
import type { Operation } from '../coordination.ts'
import type { Model } from './model.ts'

const NAMES = ['a', 'b', 'a-b']

/** A multi of 1 to 4 operations below `root`, which exists. Most of them fit the state that `model` has. */
export function randomOperations(random: Random, root: string, model: Model): Operation[] {
  const count = random.below(3) === 0 ? 2 + random.below(3) : 1
  return Array.from({ length: count }, () => randomOperation(random, root, model))
}

/** A path of one to three names below `root`. */
export function randomPath(random: Random, root: string): string {
  const depth = 1 + random.below(3)
  const names = Array.from({ length: depth }, () => NAMES[random.below(NAMES.length)])
  return `${root}/${names.join('/')}`
}

function randomOperation(random: Random, root: string, model: Model): Operation {
  const path = likelyPath(random, root, model)
  const version = randomVersion(random, model.get(path)?.version ?? 0)
  const data = Buffer.from(`v${random.below(1000)}`)
  switch (random.below(8)) {
    case 0:
    case 1:
    case 2:
      return { kind: 'create', path, data }
    case 3:
      return { kind: 'create', path, data, ephemeral: true }
    case 4:
    case 5:
      return { kind: 'set', path, data, version }
    case 6:
      return { kind: 'delete', path, version }
    default:
      return { kind: 'check', path, version }
  }
}

function likelyPath(random: Random, root: string, model: Model): string {
  const paths = model.paths().filter((path) => path.startsWith(`${root}/`))
  if (paths.length === 0 || random.below(2) === 0) return randomPath(random, root)
  return paths[random.below(paths.length)] ?? root
}

function randomVersion(random: Random, current: number): number {
  const chance = random.below(4)
  if (chance === 0) return -1
  return chance === 1 ? random.below(4) : current
}
