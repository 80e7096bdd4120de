/** The reference page of settings is never behind the table. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { settingsPage, settingsPageText } from './settings-docs.ts'

test('the page of settings says what the table says', () => {
  const hint = 'Run: node --conditions=@samsa/source tools/settings-docs.ts'
  assert.equal(readFileSync(settingsPage, 'utf8') === settingsPageText(), true, hint)
})
