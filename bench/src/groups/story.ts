// Groups under load: many members that join at once, and a coordinator that has much to read before it can answer.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from '../row.ts'
import { benchJoining } from './joining.ts'
import { benchLoading } from './loading.ts'

/** `npm run bench -- groups`. */
export async function benchGroups(): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-groups-'))
  try {
    return [
      await benchJoining(join(directory, 'joining')),
      await benchLoading(join(directory, 'loading')),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
