// Topic expressions match as RE2 does, refuse what RE2 refuses, and cannot be made slow.

import assert from 'node:assert/strict'
import test from 'node:test'
import { KafkaError } from '@samsa/protocol'
import { SeededRandom } from '@samsa/world/simulated'
import { compileRegex } from './automaton.ts'

const matches: [regex: string, yes: string[], no: string[]][] = [
  ['orders', ['orders'], ['orders.eu', 'my-orders', '']],
  ['orders\\..*', ['orders.eu', 'orders.'], ['orders', 'ordersXeu']],
  ['.*', ['', 'anything'], []],
  ['a|bc|', ['a', 'bc', ''], ['ab', 'c']],
  ['[a-c_]+[^0-9]', ['aaz', '__-'], ['a1', 'z']],
  ['x{2,3}', ['xx', 'xxx'], ['x', 'xxxx']],
  ['x{2}y{1,}', ['xxy', 'xxyyy'], ['xx', 'xy']],
  ['(?i)Orders', ['ORDERS', 'orders'], ['order']],
  ['(?i:a)b', ['Ab', 'ab'], ['aB']],
  ['(?P<name>a)(?:b)', ['ab'], ['a']],
  ['\\d+-\\w\\s?', ['12-x', '1-_ '], ['-x']],
  ['[[:alpha:]]+[[:^digit:]]', ['abc', 'a-'], ['a1']],
  ['^a$', ['a'], ['aa']],
  ['\\Aa\\z', ['a'], ['ba']],
  ['\\ba\\b.*', ['a', 'a b'], ['ab']],
  ['\\Qa.b\\E+', ['a.b', 'a.bb'], ['axb']],
  ['\\x41\\x{42}', ['AB'], ['ab']],
  ['[]a]', [']', 'a'], ['b']],
  ['a{,2}', ['a{,2}'], ['aa']],
  ['größe|.', ['größe', '😀'], ['gr']],
]

for (const [regex, yes, no] of matches) {
  test(`${regex} matches what it should, as a whole`, () => {
    const matcher = compileRegex(regex)
    for (const topic of yes) assert.ok(matcher.matches(topic), `${regex} should match ${topic}`)
    for (const topic of no) assert.ok(!matcher.matches(topic), `${regex} should not match ${topic}`)
  })
}

const invalid = ['*', 'a**', '(', 'a)', '[', '[b-a]', '(?=a)', '(?<!a)', '\\1', '\\p', 'a{3,2}']
const tooLarge = ['a{1001}', '((a{100}){100}){100}', '((){1000}){1000}', '('.repeat(500)]

for (const regex of [...invalid, ...tooLarge]) {
  test(`${regex.slice(0, 30)} is refused`, () => {
    assert.throws(
      () => compileRegex(regex),
      (error) => error instanceof KafkaError && error.name === 'INVALID_REGULAR_EXPRESSION',
    )
  })
}

test('an expression that makes backtracking engines hang is answered at once', () => {
  const text = 'a'.repeat(249)
  for (const regex of ['(a*)*b', '(a|a)*b', '(a|aa)+b', '(.*)*x', 'a{0,249}a{249}']) {
    const startMs = performance.now()
    compileRegex(regex).matches(text)
    assert.ok(performance.now() - startMs < 200, `${regex} took too long`)
  }
})

for (const seed of [1, 2, 3, 4]) {
  test(`random expressions match as the engine of the language does (seed ${seed})`, () => {
    const random = new SeededRandom(seed)
    const pick = (...texts: string[]): string => texts[random.below(texts.length)] ?? ''
    const make = (depth: number): string => {
      if (depth === 0) return pick('a', 'b', '.', '[ab]', '[^a]', '\\w')
      const part = (): string => make(depth - 1)
      return pick(
        part() + part(),
        `(?:${part()}|${part()})`,
        `(?:${part()})${pick('*', '+', '?', '{0,2}', '{2}', '*?')}`,
        part(),
      )
    }
    for (let i = 0; i < 300; i++) {
      const regex = make(3)
      const matcher = compileRegex(regex)
      const oracle = new RegExp(`^(?:${regex})$`, 'u')
      for (let j = 0; j < 10; j++) {
        const text = Array.from({ length: random.below(6) }, () => pick('a', 'b', 'c', '-')).join(
          '',
        )
        assert.equal(matcher.matches(text), oracle.test(text), `${regex} on '${text}'`)
      }
    }
  })
}
