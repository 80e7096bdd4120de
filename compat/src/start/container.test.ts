// The recipe of the container is one that can be followed: known instructions, a user without rights, a health check.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { instructionsOf, stepsIn } from './container.ts'

const root = join(import.meta.dirname, '..', '..', '..')
const instructions = instructionsOf(readFileSync(join(root, 'Dockerfile'), 'utf8'))

function last(name: string): string {
  return instructions.findLast((one) => one.name === name)?.rest ?? ''
}

test('the Dockerfile ends as a user without rights, with a health check and a broker', () => {
  const known = ['FROM', 'WORKDIR', 'COPY', 'RUN', 'USER', 'VOLUME', 'EXPOSE', 'HEALTHCHECK']
  const all = [...known, 'ENTRYPOINT', 'CMD']
  assert.deepEqual(
    instructions.map(({ name }) => name).filter((name) => !all.includes(name)),
    [],
  )
  assert.equal(last('USER'), 'node')
  assert.match(last('HEALTHCHECK'), /CMD \["samsa", "doctor", "--quick"/)
  for (const name of ['ENTRYPOINT', 'CMD']) assert.ok(Array.isArray(JSON.parse(last(name))), name)
})

test('its steps run in any folder', () => {
  const { build, install } = stepsIn(root, '/tmp/image')
  assert.match(build, /npm run pack -- \/tmp\/image\/packed$/)
  assert.match(install, /cd \/tmp\/image\/opt\/samsa && npm init -y >\/dev\/null && npm install/)
  assert.match(install, /\/tmp\/image\/packed\/\*\.tgz/)
})
