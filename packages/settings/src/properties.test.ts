/** What a file written for java.util.Properties relies on. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Buffer } from 'node:buffer'
import { SettingsError } from './problem.ts'
import { decodeProperties, parseProperties } from './properties.ts'

/** Pairs as `key=value` with their lines, the easier to compare. */
function pairs(text: string): string[] {
  return parseProperties(text).map(({ key, value, line }) => `${line}: ${key}=${value}`)
}

test('keys end at the first =, : or white space that is not escaped', () => {
  assert.deepEqual(pairs('a=1\nb : 2\nc 3\nd\te\nf==g\nh\\=i=j\nk\\ l m\nn\n=o'), [
    '1: a=1',
    '2: b=2',
    '3: c=3',
    '4: d=e',
    '5: f==g',
    '6: h=i=j',
    '7: k l=m',
    '8: n=',
    '9: =o',
  ])
})

test('comments and blank lines are left out, but not inside a continued line', () => {
  assert.deepEqual(pairs('# one\n  ! two\n\n a=1\nlist=x,\\\n   # y,\\\n\\\n  !z\r\nb=2\rc=3'), [
    '4: a=1',
    '5: list=x,# y,!z',
    '9: b=2',
    '10: c=3',
  ])
})

test('an even number of backslashes ends a line, an odd number continues it', () => {
  assert.deepEqual(pairs('a=x\\\\\nb=y\\\\\\\nz\nc=last\\'), ['1: a=x\\', '2: b=y\\z', '4: c=last'])
})

test('escapes stand for signs, and white space at the end of a value stays', () => {
  assert.deepEqual(pairs('a=\\u00e9\\t\\q\\n \nb=\\uD83D\\uDE00'), ['1: a=é\tq\n ', '2: b=😀'])
})

test('a broken \\u escape is named with its line', () => {
  const read = (): unknown => parseProperties('a=1\nb=\\u12x4', 'server.properties')
  assert.throws(read, (error: unknown) => {
    assert(error instanceof SettingsError)
    assert.match(error.message, /server\.properties, line 2: Malformed/)
    return true
  })
})

test('bytes are UTF-8 if they can be, else Latin-1', () => {
  assert.equal(decodeProperties(Buffer.from('a=é', 'utf8')), 'a=é')
  assert.equal(decodeProperties(Buffer.from('a=é', 'latin1')), 'a=é')
})

test('any text is read or refused, never anything else', () => {
  const signs = ['a', '=', ':', ' ', '\t', '\\', '\\', '\n', '\r\n', '#', '!', '\\u0041', 'u', 'é']
  let state = 7
  for (let round = 0; round < 3000; round++) {
    let text = ''
    for (let length = 0; length < 12; length++) {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      text += signs[state % signs.length]
    }
    try {
      const lines = parseProperties(text).map(({ line }) => line)
      assert.deepEqual(
        lines,
        [...lines].sort((left, right) => left - right),
      )
    } catch (error) {
      assert(error instanceof SettingsError, String(error))
    }
  }
})
