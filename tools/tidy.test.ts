// The house rules as tests: a rule that is not a test does not hold.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { banProblems } from './tidy/bans.ts'
import { exportProblems } from './tidy/exports.ts'
import { importProblems } from './tidy/imports.ts'
import { shapeProblems } from './tidy/shape.ts'
import { blankCommentsAndStrings, readSources, root, type Source } from './tidy/sources.ts'

const sources = readSources()

function report(problems: readonly string[]): void {
  assert.deepEqual(problems, [], `\n${problems.join('\n')}\n`)
}

function file(path: string, text: string): Source {
  return {
    path,
    text,
    code: blankCommentsAndStrings(text),
    imports: [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1] ?? ''),
  }
}

test('packages import only what the table allows', () => {
  report(sources.flatMap(importProblems))
})

test('nothing takes time, chance, disk or threads past the World', () => {
  report(sources.flatMap(banProblems))
})

test('files are short, narrow, named for an idea and open with what they are', () => {
  report(sources.flatMap(shapeProblems))
})

test('every export is used', () => {
  report(exportProblems(sources))
})

test('the rules catch what they are for', () => {
  const upward = file('packages/log/src/a.ts', "// A file.\nimport { x } from '@samsa/broker'\n")
  assert.equal(importProblems(upward).length, 1)
  const climbing = file('packages/log/src/a.ts', "import { x } from '../../world/src/clock.ts'\n")
  assert.equal(importProblems(climbing).length, 1)
  const impure = file('packages/log/src/a.ts', '// A Date is fine here.\nconst t = Date.now()\n')
  assert.equal(banProblems(impure).length, 1)
  const nested = file('packages/log/src/a.ts', '// A.\nconst t = `Date ${Date.now()} Date`\n')
  assert.equal(banProblems(nested).length, 1)
  const quoted = file('packages/log/src/a.ts', '// A.\nconst t = `Date ${1} Date`\n')
  assert.equal(banProblems(quoted).length, 0)
  const drawer = file('packages/log/src/utils/a.ts', '// A file.\n')
  assert.equal(shapeProblems(drawer).length, 1)
  const unused = file('packages/log/src/a.ts', '// A file.\nexport const left = 1\n')
  assert.deepEqual(exportProblems([unused]), ['packages/log/src/a.ts: nobody uses left'])
})

// A lint that cannot see types finds no floating promise and stays silent, so one is kept for it to find.
test('the linter finds a floating promise', () => {
  const oxlint = join(root, 'node_modules', 'oxlint', 'bin', 'oxlint')
  const config = join('tools', 'fixtures', 'oxlintrc.json')
  const result = spawnSync(
    process.execPath,
    [oxlint, '--type-aware', '-c', config, 'tools/fixtures/floating-promise.ts'],
    { cwd: root, encoding: 'utf8' },
  )
  assert.match(result.stdout + result.stderr, /no-floating-promises/)
})
