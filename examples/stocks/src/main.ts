#!/usr/bin/env node
// Runs one of the exchange's people: `main.ts NAME --brokers host:port [--speed N] [--directory DIR]`, until SIGTERM or
// SIGINT. `audit` reads everything once and says what it found.

import { parseArgs } from 'node:util'
import { audit } from './audit.ts'
import { analysts, sources } from './roles.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    brokers: { type: 'string', default: '127.0.0.1:9092' },
    speed: { type: 'string', default: '4' },
    directory: { type: 'string', default: 'archive' },
  },
})
const [name = ''] = positionals
const { brokers, directory } = values
const ending = new AbortController()
process.once('SIGTERM', () => ending.abort())
process.once('SIGINT', () => ending.abort())
const role = sources[name] ?? analysts[name]
if (role !== undefined) {
  await role({ brokers, directory, speed: Number(values.speed), signal: ending.signal })
} else if (name === 'audit') {
  process.stdout.write(`${JSON.stringify(await audit(brokers), undefined, 2)}\n`)
} else {
  const known = [...Object.keys(sources), ...Object.keys(analysts), 'audit'].join(', ')
  process.stderr.write(`there is nobody called '${name}' here, only ${known}\n`)
  process.exitCode = 2
}
