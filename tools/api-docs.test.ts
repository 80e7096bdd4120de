// Every public export has its entry, and every entry says something.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { settingsPage } from './settings-docs.ts'
import { apiPages, apiPageTexts } from './api-docs.ts'
import * as settings from '../packages/settings/src/index.ts'

const pages = apiPageTexts()

test('the pages of exports say what the sources say', () => {
  const names = [...pages.keys()].map((name) => `${name}.md`)
  assert.deepEqual(readdirSync(apiPages).toSorted(), names.toSorted())
  for (const [name, { text }] of pages) {
    const written = readFileSync(join(apiPages, `${name}.md`), 'utf8')
    assert.equal(written === text, true, `${name}: Run: npm run docs`)
  }
})

test('every export is found, and none is silent', async () => {
  let count = 0
  for (const [name, { exports }] of pages) {
    const module: object = await import(`../packages/${name}/src/index.ts`)
    const listed = new Set(exports.map((one) => one.name))
    const missing = Object.keys(module).filter((one) => one !== 'default' && !listed.has(one))
    assert.deepEqual(missing, [], name)
    const silent = exports.filter(({ summary }) => summary === '').map((one) => one.name)
    assert.deepEqual(silent, [], `exports of ${name} without a comment`)
    count += exports.length
  }
  assert.ok(count > 400, `${count} exports`)
})

test('every setting has its entry', () => {
  const page = readFileSync(settingsPage, 'utf8')
  const tables = [settings.brokerSettings, settings.topicSettings]
  // Kafka's internal settings are taken and not documented, there as here.
  const keys = tables.flatMap((table) =>
    Object.entries(table).flatMap(([key, row]) => (row.internal ? [] : [key])),
  )
  assert.ok(keys.length > 200, `${keys.length} settings`)
  assert.deepEqual(
    keys.filter((key) => !page.includes(`| \`${key}\``) && !page.includes(`| *\`${key}\`*`)),
    [],
  )
})
