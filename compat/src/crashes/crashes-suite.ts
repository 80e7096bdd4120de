// `kill -9` of a real broker under load, a hundred times: every acknowledged record is read back.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Checks, type Suite } from '../runner/suite.ts'
import { SamsaProcess } from '../samsa/process.ts'
import { Acknowledged } from './acknowledged.ts'

const ROUNDS = 100
const CONNECTIONS = 8
/** All rounds read the last part back; these read everything. */
const FULL_CHECK_EVERY = 10

/** `npm run compat -- crashes [ROUNDS]`. */
export const crashes: Suite = {
  name: 'crashes',
  summary: 'kill -9 of a broker under load; every acknowledged record is there afterwards',
  needs: [],
  run: async ({ args, say }) => {
    const rounds = Number(args[0] ?? ROUNDS)
    const checks = new Checks()
    const directory = mkdtempSync(join(tmpdir(), 'samsa-crashes-'))
    const acknowledged = new Acknowledged()
    // Small segments, so that rolling, sealing and index writing are among what is interrupted.
    const settings = { 'log.segment.bytes': '1048576', 'num.partitions': '1' }
    try {
      for (let round = 1; round <= rounds; round += 1) {
        const broker = await SamsaProcess.start({ directory, settings })
        await acknowledged.prepare(broker.port)
        if (round % FULL_CHECK_EVERY === 0 || round === rounds) {
          const missing = await acknowledged.missing(broker.port)
          checks.check(missing === undefined, `round ${round}: ${missing}`)
          say(`round ${round}: ${acknowledged.count} records acknowledged`)
        }
        let isRunning = true
        const load = Array.from({ length: CONNECTIONS }, (_, i) =>
          acknowledged.produce(broker.port, 100 * (i + 1) ** 2, () => isRunning),
        )
        await delay(50 + ((round * 37) % 250))
        await broker.stop('SIGKILL')
        isRunning = false
        await Promise.all(load)
      }
      const broker = await SamsaProcess.start({ directory, settings })
      const missing = await acknowledged.missing(broker.port)
      checks.check(missing === undefined, `after all rounds: ${missing}`)
      checks.check(
        acknowledged.count > rounds,
        `only ${acknowledged.count} records were acknowledged`,
      )
      await broker.stop()
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
    return checks.result()
  },
}
