// Small files that are replaced as a whole: a reader finds the old content or the new one, never a mixture, also after
// power loss. Written beside the target, synced, renamed over it, and the directory synced.

import type { Disk } from '@samsa/world'

/** Replaces the content of the file `name` in `directory`. Fails with a `WorldError`; the old content then stands. */
export async function replaceFile(
  disk: Disk,
  directory: string,
  name: string,
  content: Buffer,
): Promise<void> {
  const path = `${directory}/${name}`
  const temporary = `${path}.tmp`
  const file = await disk.open(temporary, 'truncate')
  try {
    if (content.length > 0) await file.write(content, 0)
    await file.sync()
  } finally {
    await file.close()
  }
  await disk.rename(temporary, path)
  await disk.syncDirectory(directory)
}
