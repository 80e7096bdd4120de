// Recovery on a disk without room: what has to be written is put off, what can be read is served.

import { WorldError } from '@samsa/world'
import type { LogState } from '../log-state.ts'

/** A directory without room is served as it is: what could not be written is written later, or read again. */
export async function unlessFull(log: LogState, action: () => Promise<void>): Promise<void> {
  try {
    await action()
  } catch (error) {
    if (!(error instanceof WorldError) || error.kind !== 'full') throw error
    log.host.failed(error)
  }
}
