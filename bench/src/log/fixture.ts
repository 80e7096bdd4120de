// Log directories on the real disk for measurements, removed afterwards.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LogDirectories, type LogDirectorySettings, type LogSettings } from '@samsa/log'
import { BatchBuilder } from '@samsa/protocol'
import { resolveBrokerSettings, resolveTopicSettings } from '@samsa/settings'
import type { World } from '@samsa/world'
import { nodeWorld } from '@samsa/world/node'

const { settings: broker } = resolveBrokerSettings({})

/** An empty directory on the disk that is measured. */
export class BenchDirectory implements Disposable {
  readonly path: string

  constructor() {
    const parent = process.env['SAMSA_BENCH_DIRECTORY'] ?? tmpdir()
    this.path = mkdtempSync(join(parent, 'samsa-log-'))
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}

/** Opens logs in a directory. */
export function openLogs(
  path: string,
  settings: {
    readonly topic?: Partial<LogSettings>
    readonly broker?: Partial<LogDirectorySettings>
    readonly world?: World
  } = {},
): Promise<LogDirectories> {
  return LogDirectories.open(
    settings.world ?? nodeWorld(),
    { ...broker, ...settings.broker },
    {
      directories: [path],
      brokerId: 1,
      topicSettings: () => ({ ...resolveTopicSettings(broker, {}), ...settings.topic }),
    },
  )
}

export const topicId = 'hMhOfsn3QrO9EGk80VnyFQ'

/** A batch of about `bytes`, of records of 1 KB. */
export function batchOf(bytes: number, key: (record: number) => string = String): Buffer {
  const builder = new BatchBuilder(bytes * 2)
  const value = Buffer.alloc(1000, 0x61)
  for (let i = 0; builder.sizeInBytes + 1030 < bytes; i += 1) {
    builder.append(Date.now(), Buffer.from(key(i)), value)
  }
  return Buffer.from(builder.build())
}
