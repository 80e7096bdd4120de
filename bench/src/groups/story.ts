// Coordinators under load: many members that join at once, much to read before the first answer, and commits and
// transactions beside Apache Kafka.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from '../row.ts'
import { benchBesideKafka } from './beside-kafka.ts'
import { benchJoining } from './joining.ts'
import { benchLoading } from './loading.ts'

/** `npm run bench -- groups`. */
export async function benchGroups(): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-groups-'))
  try {
    return [
      await benchJoining(join(directory, 'joining')),
      await benchLoading(join(directory, 'loading')),
      ...(await benchBesideKafka()),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
