// The archive: every tick into a file per symbol, a line each. The position is committed after the lines are on disk; a
// line that was written before a crash, but not committed, is found in the file and not written again.

import { mkdir, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect } from '@samsa/client'
import { ticks } from './topics.ts'

/** Files ticks away until the signal. */
export async function archive(
  brokers: string,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  await mkdir(directory, { recursive: true })
  await using kafka = connect({ brokers, clientId: 'archive' })
  const consumer = kafka.consumer({
    group: 'archive',
    topics: [ticks],
    autoOffsetReset: 'earliest',
    commits: 'manual',
  })
  const lastOffsets = new Map<string, number>()
  try {
    for await (const { records } of consumer.batches({ signal })) {
      for (const [symbol, some] of Map.groupBy(records, ({ key }) => key)) {
        const path = join(directory, `${symbol.replace(/\W/g, '')}.jsonl`)
        const last = lastOffsets.get(path) ?? (await lastOffsetIn(path))
        const fresh = some.filter(({ offset }) => offset > last)
        await append(
          path,
          fresh.map(({ offset, value }) => JSON.stringify({ offset, ...value })),
        )
        lastOffsets.set(path, some.at(-1)?.offset ?? last)
      }
      await consumer.commit()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

async function append(path: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return
  const file = await open(path, 'a')
  try {
    await file.appendFile(`${lines.join('\n')}\n`)
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** -1 when there is no such file. */
async function lastOffsetIn(path: string): Promise<number> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const line = text.trimEnd().split('\n').at(-1)
  if (line === undefined || line === '') return -1
  const { offset } = JSON.parse(line) as { readonly offset: number }
  return offset
}
