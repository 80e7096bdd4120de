// `npm run bench -- log`: the log beside raw loops that do the same input and output.

import type { Row } from '../row.ts'
import type { StoryOptions } from '../stories.ts'
import { benchAppends } from './appending.ts'
import { benchCompaction } from './compacting.ts'
import { benchOpening } from './opening.ts'
import { benchReads } from './reading.ts'

/** All rows of the story; each starts from an empty directory. A short run leaves out what takes long to prepare. */
export async function benchLog({ smoke = false }: StoryOptions): Promise<Row[]> {
  if (smoke) return [...(await benchAppends()), ...(await benchReads())]
  return [
    ...(await benchAppends()),
    ...(await benchReads()),
    ...(await benchOpening()),
    ...(await benchCompaction()),
  ]
}
