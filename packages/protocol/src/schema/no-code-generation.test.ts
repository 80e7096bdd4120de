// Where a process may not generate code, the interpreter takes over, and nobody notices but the
// profiler.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { canCompile } from './index.ts'

const source = join(import.meta.dirname, '..')

const script = `
  import assert from 'node:assert/strict'
  import { readFileSync } from 'node:fs'
  import { canCompile, messages } from ${JSON.stringify(join(source, 'index.ts'))}
  assert.equal(canCompile, false)
  const file = ${JSON.stringify(join(source, 'messages/testdata/requests.jsonl'))}
  let count = 0
  for (const line of readFileSync(file, 'utf8').trim().split('\\n')) {
    const { message: name, version, kind, hex } = JSON.parse(line)
    if (kind === 'wide') continue
    const message = messages.get(name)
    const value = message.decode(version, Buffer.from(hex, 'hex'))
    assert.equal(message.encode(version, value).toString('hex'), hex)
    count++
  }
  console.log(count)
`

test('golden messages are read and written without generated code', () => {
  const forbid = '--disallow-code-generation-from-strings'
  const flags = [forbid, '--conditions=@samsa/source', '--input-type=module']
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, '--eval', script])
  assert.equal(status, 0, stderr.toString())
  assert.ok(Number(stdout.toString()) > 200)
  assert.equal(canCompile, true)
})
