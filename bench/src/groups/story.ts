// Coordinators under load: many members that join at once, much to read before the first answer, and commits and
// transactions beside Apache Kafka.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from '../row.ts'
import type { StoryOptions } from '../stories.ts'
import { benchBesideKafka, short, whole } from './beside-kafka.ts'
import { benchJoining } from './joining.ts'
import { benchLoading } from './loading.ts'

/** `npm run bench -- groups`. A short run loads nothing. */
export async function benchGroups({ smoke = false }: StoryOptions): Promise<readonly Row[]> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-groups-'))
  try {
    return [
      await benchJoining(join(directory, 'joining')),
      ...(smoke ? [] : [await benchLoading(join(directory, 'loading'))]),
      ...(await benchBesideKafka(smoke ? short : whole)),
    ]
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
