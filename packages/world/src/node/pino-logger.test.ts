// Log lines as operators and their tools read them.

import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pinoLogger } from './pino-logger.ts'

test('a logger writes JSON lines with the fields of its parents', async () => {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const logger = await pinoLogger({ level: 'info', destination })
  logger.child({ broker: 1 }).child({ topic: 'orders' }).warn({ partition: 3 }, 'The log is slow')
  logger.debug({}, 'Nobody sees this')
  assert.equal(lines.length, 1)
  const { time, ...line } = JSON.parse(lines[0] ?? '')
  assert.equal(typeof time, 'number')
  const fields = { broker: 1, topic: 'orders', partition: 3 }
  assert.deepEqual(line, { level: 40, ...fields, msg: 'The log is slow' })
})

test('a pretty logger writes a line for people, and the stack of an error', async () => {
  const lines: string[] = []
  const destination = { write: (line: string) => void lines.push(line) }
  const logger = await pinoLogger({ level: 'debug', destination, pretty: true })
  logger.error({ path: '/a b', err: new Error('broken') }, 'The disk failed')
  assert.match(lines[0] ?? '', /^\d{4}-.*Z ERROR The disk failed {2}path="\/a b"\nError: broken\n/)
})

test('a logger appends to a file that it makes', async () => {
  const home = await mkdtemp(join(tmpdir(), 'samsa-log-'))
  const path = join(home, 'logs', 'samsa.log')
  const logger = await pinoLogger({ level: 'info', destination: path })
  logger.info({ port: 9092 }, 'The broker has started')
  assert.match(await readFile(path, 'utf8'), /"port":9092,"msg":"The broker has started"\}\n$/)
  await rm(home, { recursive: true })
})
