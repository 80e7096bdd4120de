// `samsa demo stocks`: the exchange of the examples, on the user's brokers or on one in memory.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ExitCode, Surroundings } from '../../command-line.ts'
import type { DemoFlags } from './command.ts'

/** Runs the demo to its end. */
export async function stocks(flags: DemoFlags, { interrupted }: Surroundings): Promise<ExitCode> {
  const { demo } = await import('@samsa/stocks')
  const directory = flags.directory ?? (await mkdtemp(join(tmpdir(), 'samsa-stocks-')))
  const entry = fileURLToPath(import.meta.resolve('@samsa/stocks/main'))
  const run = (brokers: string): Promise<void> =>
    demo({
      brokers,
      speed: flags.speed,
      directory,
      command: [...process.execArgv, entry],
      signal: interrupted,
      terminal: process.stdout,
      keys: process.stdin,
      once: flags.once === true,
    })
  try {
    if (flags.brokers !== undefined) {
      await run(flags.brokers)
    } else {
      const { startBroker } = await import('@samsa/broker')
      await using broker = await startBroker({ memory: true })
      await run(broker.bootstrapServers)
    }
  } finally {
    if (flags.directory === undefined) await rm(directory, { recursive: true, force: true })
  }
  return 0
}
