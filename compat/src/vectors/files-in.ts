/** Where the golden files of a kind are. */

import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The files of an ending in DIR/folder; in DIR itself where there is no such folder. */
export function filesIn(directory: string, folder: string, ending: string): string[] {
  const inner = join(directory, folder)
  const place = existsSync(inner) ? inner : directory
  return readdirSync(place)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(place, name))
}
