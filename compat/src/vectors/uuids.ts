/** Golden uuids: Kafka's 22 letters and the 16 bytes they stand for. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isUuid, uuidFromBytes, uuidToBytes } from '@samsa/protocol'
import type { CheckResult } from './check-result.ts'
import { CheckCounter } from './check-result.ts'

/** Checks DIR/uuid.json. */
export async function checkUuids(directory: string): Promise<CheckResult> {
  const counter = new CheckCounter()
  const { uuids } = JSON.parse(readFileSync(join(directory, 'uuid.json'), 'utf8')) as {
    readonly uuids: readonly { uuid: string; hex: string }[]
  }
  for (const { uuid, hex } of uuids) {
    counter.check(`uuid ${uuid}`, () => {
      if (!isUuid(uuid)) return 'is not taken for a uuid'
      const text = uuidFromBytes(Buffer.from(hex, 'hex'))
      if (text !== uuid) return `is read as ${text}`
      const bytes = uuidToBytes(uuid).toString('hex')
      return bytes === hex ? undefined : `is written as ${bytes}`
    })
  }
  return counter.result()
}
