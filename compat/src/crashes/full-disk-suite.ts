// A real disk that is full: a broker on a 64 MB tmpfs refuses writes when there is no room, serves reads, and takes
// writes again by itself when there is; nothing acknowledged is lost.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Checks, type Need, type Suite } from '../runner/suite.ts'
import { SamsaProcess } from '../samsa/process.ts'
import { Acknowledged } from './acknowledged.ts'

const BALLAST_BYTES = 16 << 20
const BATCH_BYTES = 50_000
const STORAGE_ERROR = 56

const mounting: Need = {
  what: 'the right to mount a tmpfs',
  how: 'run it as root on Linux',
  check: () => process.platform === 'linux' && process.getuid?.() === 0,
  install: () => {},
}

/** `npm run compat -- full-disk`. */
export const fullDisk: Suite = {
  name: 'full-disk',
  summary: 'a broker on a disk that is filled to the brim and freed again',
  needs: [mounting],
  run: async ({ say }) => {
    const checks = new Checks()
    const mount = mkdtempSync(join(tmpdir(), 'samsa-full-'))
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', mount])
    if (mounted.status !== 0) {
      rmSync(mount, { recursive: true })
      return { passed: 0, failures: [`a tmpfs cannot be mounted: ${String(mounted.stderr)}`] }
    }
    try {
      await fillAndFree(mount, checks, say)
    } finally {
      spawnSync('umount', [mount])
      rmSync(mount, { recursive: true, force: true })
    }
    return checks.result()
  },
}

async function fillAndFree(
  mount: string,
  checks: Checks,
  say: (line: string) => void,
): Promise<void> {
  const ballast = join(mount, 'ballast')
  writeFileSync(ballast, Buffer.alloc(BALLAST_BYTES))
  const directory = join(mount, 'data')
  const settings = { 'log.segment.bytes': '8388608', 'num.partitions': '1' }
  const acknowledged = new Acknowledged()
  const broker = await SamsaProcess.start({ directory, settings })
  try {
    await acknowledged.prepare(broker.port)
    const refused = await fill(acknowledged, broker.port)
    say(`full after ${acknowledged.count} records`)
    checks.check(
      refused.includes(STORAGE_ERROR),
      `a full disk answers ${[...new Set(refused)].join()}`,
    )
    const whileFull = await acknowledged.missing(broker.port)
    checks.check(whileFull === undefined, `while full: ${whileFull}`)
    const before = acknowledged.count
    unlinkSync(ballast)
    const deadline = performance.now() + 10_000
    while (acknowledged.count === before && performance.now() < deadline) {
      let left = 1
      await acknowledged.produce(broker.port, BATCH_BYTES, () => left-- > 0)
      await delay(100)
    }
    checks.check(acknowledged.count > before, 'writes are not taken 10 s after room was made')
    await fill(acknowledged, broker.port)
    say(`full again after ${acknowledged.count} records`)
    await broker.stop('SIGKILL')
    const again = await SamsaProcess.start({ directory, settings })
    const after = await acknowledged.missing(again.port)
    checks.check(after === undefined, `started on a full disk: ${after}`)
    await again.stop('SIGKILL')
  } finally {
    await broker.stop('SIGKILL')
  }
}

/** Produces until several writes were refused; resolves to the codes. */
async function fill(acknowledged: Acknowledged, port: number): Promise<number[]> {
  const refused: number[] = []
  while (refused.length < 5) {
    let left = 100
    refused.push(...(await acknowledged.produce(port, BATCH_BYTES, () => left-- > 0)))
  }
  return refused
}
