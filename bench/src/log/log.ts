// `npm run bench -- log`: the log beside raw loops that do the same input and output.

import type { Row } from '../row.ts'
import { benchAppends } from './appending.ts'
import { benchCompaction } from './compacting.ts'
import { benchOpening } from './opening.ts'
import { benchReads } from './reading.ts'

/** All rows of the story; each starts from an empty directory. */
export async function benchLog(): Promise<Row[]> {
  return [
    ...(await benchAppends()),
    ...(await benchReads()),
    ...(await benchOpening()),
    ...(await benchCompaction()),
  ]
}
