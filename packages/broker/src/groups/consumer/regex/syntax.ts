// Regular expressions with the syntax of RE2, as topic subscriptions use them: parsed into a tree. What RE2 cannot do
// (back references, look-around) is refused, and so is what would make the automaton too large.
//
//   alternation  concatenation ('|' concatenation)*
//   repetition   atom ('*' | '+' | '?' | '{n}' | '{n,}' | '{n,m}') '?'?
//   atom         literal | '.' | '[' class ']' | '(' alternation ')' | '(?:' … | '(?P<name>' … | '^' | '$' | '\' escape

import { KafkaError } from '@samsa/protocol'

/** Ranges of code points, both ends included. */
export type Ranges = readonly (readonly [first: number, last: number])[]

/** A node of the tree. */
export type RegexNode =
  | { readonly kind: 'empty' }
  | { readonly kind: 'characters'; readonly ranges: Ranges }
  | { readonly kind: 'start' }
  | { readonly kind: 'end' }
  | { readonly kind: 'word-boundary'; readonly negated: boolean }
  | { readonly kind: 'concatenation'; readonly parts: readonly RegexNode[] }
  | { readonly kind: 'alternation'; readonly parts: readonly RegexNode[] }
  | {
      readonly kind: 'repetition'
      readonly part: RegexNode
      readonly min: number
      /** Infinity: as often as it likes. */
      readonly max: number
    }

/** As in RE2. */
const MAX_REPETITIONS = 1_000
const MAX_DEPTH = 200

const ALL: Ranges = [[0, 0x10ffff]]
const DIGITS: Ranges = [[0x30, 0x39]]
const SPACES: Ranges = [
  [0x09, 0x0a],
  [0x0c, 0x0d],
  [0x20, 0x20],
]
const WORDS: Ranges = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
]

/** POSIX classes, as `[[:alpha:]]`. */
const POSIX: Readonly<Record<string, Ranges>> = {
  alnum: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  alpha: [
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  ascii: [[0, 0x7f]],
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  cntrl: [
    [0, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: DIGITS,
  graph: [[0x21, 0x7e]],
  lower: [[0x61, 0x7a]],
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  upper: [[0x41, 0x5a]],
  word: WORDS,
  xdigit: [
    [0x30, 0x39],
    [0x41, 0x46],
    [0x61, 0x66],
  ],
}

const CONTROL_ESCAPES: Readonly<Record<string, number>> = {
  a: 7,
  f: 0x0c,
  t: 0x09,
  n: 0x0a,
  r: 0x0d,
  v: 0x0b,
}

interface Flags {
  readonly ignoreCase: boolean
  readonly dotAll: boolean
  readonly lazy: boolean
}

/** The ranges that these leave out. */
function complement(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort(([left], [right]) => left - right)
  const rest: [number, number][] = []
  let next = 0
  for (const [first, last] of sorted) {
    if (first > next) rest.push([next, first - 1])
    next = Math.max(next, last + 1)
  }
  if (next <= 0x10ffff) rest.push([next, 0x10ffff])
  return rest
}

/** The same letters in both cases (ASCII: topic names have no others). */
function foldCase(ranges: Ranges): Ranges {
  const folded = [...ranges]
  for (const [first, last] of ranges) {
    const upper = [Math.max(first, 0x41), Math.min(last, 0x5a)] as const
    if (upper[0] <= upper[1]) folded.push([upper[0] + 32, upper[1] + 32])
    const lower = [Math.max(first, 0x61), Math.min(last, 0x7a)] as const
    if (lower[0] <= lower[1]) folded.push([lower[0] - 32, lower[1] - 32])
  }
  return folded
}

/** Parses an expression. Throws INVALID_REGULAR_EXPRESSION. */
export function parseRegex(text: string): RegexNode {
  return new RegexParser(text).parse()
}

class RegexParser {
  readonly #text: string
  readonly #points: readonly string[]
  #at = 0
  #depth = 0
  #flags: Flags = { ignoreCase: false, dotAll: false, lazy: false }

  constructor(text: string) {
    this.#text = text
    this.#points = Array.from(text)
  }

  parse(): RegexNode {
    const node = this.#alternation()
    if (this.#at < this.#points.length) this.#fail('there is a ) too many')
    return node
  }

  #fail(what: string): never {
    const message = `The regular expression ${this.#text} is not valid: ${what} (at ${this.#at}).`
    throw new KafkaError('INVALID_REGULAR_EXPRESSION', message)
  }

  #peek(ahead = 0): string | undefined {
    return this.#points[this.#at + ahead]
  }

  #take(text: string): boolean {
    const points = Array.from(text)
    if (!points.every((point, index) => this.#peek(index) === point)) return false
    this.#at += points.length
    return true
  }

  #next(): string {
    const point = this.#points[this.#at]
    if (point === undefined) return this.#fail('it ends too early')
    this.#at += 1
    return point
  }

  #alternation(): RegexNode {
    this.#depth += 1
    if (this.#depth > MAX_DEPTH) this.#fail('it is nested too deeply')
    const flags = this.#flags
    const parts = [this.#concatenation()]
    while (this.#take('|')) parts.push(this.#concatenation())
    this.#flags = flags
    this.#depth -= 1
    return parts.length === 1 ? (parts[0] ?? { kind: 'empty' }) : { kind: 'alternation', parts }
  }

  #concatenation(): RegexNode {
    const parts: RegexNode[] = []
    for (let point = this.#peek(); point !== undefined; point = this.#peek()) {
      if (this.#take('\\Q')) {
        parts.push(...this.#quoted())
        continue
      }
      if (point === '|' || point === ')') break
      parts.push(this.#repeated(this.#atom()))
    }
    return parts.length === 0 ? { kind: 'empty' } : { kind: 'concatenation', parts }
  }

  /** What stands between \\Q and \\E, as it is; a repetition behind it is of the last character. */
  #quoted(): RegexNode[] {
    const parts: RegexNode[] = []
    while (!this.#take('\\E')) {
      const point = this.#peek()
      if (point === undefined) return parts
      this.#at += 1
      parts.push(this.#literal(point.codePointAt(0) ?? 0))
    }
    const last = parts.pop()
    return last === undefined ? [] : [...parts, this.#repeated(last)]
  }

  #repeated(part: RegexNode): RegexNode {
    const bounds = this.#bounds()
    if (bounds === undefined) return part
    this.#take('?')
    // RE2 refuses `a**` as Perl does; a possessive `a*+` does not exist.
    if (this.#bounds() !== undefined) this.#fail('a repetition is repeated')
    return { kind: 'repetition', part, ...bounds }
  }

  #bounds(): { min: number; max: number } | undefined {
    if (this.#take('*')) return { min: 0, max: Number.POSITIVE_INFINITY }
    if (this.#take('+')) return { min: 1, max: Number.POSITIVE_INFINITY }
    if (this.#take('?')) return { min: 0, max: 1 }
    const counts = /^\{(\d+)(,(\d*))?\}/.exec(this.#points.slice(this.#at, this.#at + 12).join(''))
    if (counts === null) return undefined
    const [whole, least = '', comma, most] = counts
    const min = Number(least)
    const max = comma === undefined ? min : most === '' ? Number.POSITIVE_INFINITY : Number(most)
    const isTooMuch =
      min > MAX_REPETITIONS || (max !== Number.POSITIVE_INFINITY && max > MAX_REPETITIONS)
    if (max < min || isTooMuch) this.#fail('the number of repetitions is not valid')
    this.#at += whole.length
    return { min, max }
  }

  #atom(): RegexNode {
    const point = this.#next()
    switch (point) {
      case '.':
        return { kind: 'characters', ranges: this.#flags.dotAll ? ALL : complement([[0x0a, 0x0a]]) }
      case '^':
        return { kind: 'start' }
      case '$':
        return { kind: 'end' }
      case '(':
        return this.#group()
      case '[':
        return this.#class()
      case '\\':
        return this.#escape()
      case '*':
      case '+':
      case '?':
        return this.#fail('there is nothing to repeat')
      default:
        return this.#literal(point.codePointAt(0) ?? 0)
    }
  }

  #literal(code: number): RegexNode {
    const ranges: Ranges = [[code, code]]
    return { kind: 'characters', ranges: this.#flags.ignoreCase ? foldCase(ranges) : ranges }
  }

  #group(): RegexNode {
    const flags = this.#flags
    if (this.#take('?')) {
      const isNamed =
        this.#take('P<') || (this.#peek() === '<' && !'=!'.includes(this.#peek(1) ?? '='))
      if (isNamed) {
        while (this.#next() !== '>')
          if (this.#peek() === undefined) this.#fail('a name does not end')
      } else {
        const opened = this.#groupFlags()
        if (!opened) return { kind: 'empty' }
      }
    }
    const node = this.#alternation()
    if (!this.#take(')')) this.#fail('a ( is not closed')
    this.#flags = flags
    return node
  }

  /** Reads `i`, `s`, `-i` and the like; false when the group ends there and the flags hold from here on. */
  #groupFlags(): boolean {
    let value = true
    for (;;) {
      const flag = this.#next()
      if (flag === ':') return true
      if (flag === ')') return false
      if (flag === '-') value = false
      else if (flag === 'i') this.#flags = { ...this.#flags, ignoreCase: value }
      else if (flag === 's') this.#flags = { ...this.#flags, dotAll: value }
      else if (flag !== 'm' && flag !== 'U') this.#fail('look-around and such are not known')
    }
  }

  #class(): RegexNode {
    const negated = this.#take('^')
    const ranges: (readonly [number, number])[] = []
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      if (this.#take('[:')) {
        ranges.push(...this.#posix())
        continue
      }
      const first = this.#classPoint()
      if (typeof first !== 'number') {
        ranges.push(...first)
      } else if (this.#peek() === '-' && this.#peek(1) !== ']' && this.#peek(1) !== undefined) {
        this.#at += 1
        const last = this.#classPoint()
        if (typeof last !== 'number' || last < first) this.#fail('a range is upside down')
        else ranges.push([first, last])
      } else {
        ranges.push([first, first])
      }
    }
    this.#at += 1
    const folded = this.#flags.ignoreCase ? foldCase(ranges) : ranges
    return { kind: 'characters', ranges: negated ? complement(folded) : folded }
  }

  #posix(): Ranges {
    const negated = this.#take('^')
    let name = ''
    while (this.#peek() !== ':' && this.#peek() !== undefined) name += this.#next()
    const ranges = POSIX[name]
    if (ranges === undefined || !this.#take(':]')) return this.#fail('a class is not known')
    return negated ? complement(ranges) : ranges
  }

  #classPoint(): number | Ranges {
    const point = this.#next()
    if (point !== '\\') return point.codePointAt(0) ?? 0
    const node = this.#escape()
    if (node.kind !== 'characters') return this.#fail('an escape does not belong in a class')
    const [only, another] = node.ranges
    const isOne = only !== undefined && another === undefined && only[0] === only[1]
    return isOne ? only[0] : node.ranges
  }

  #escape(): RegexNode {
    const point = this.#next()
    const characters = (ranges: Ranges): RegexNode => ({ kind: 'characters', ranges })
    const control = CONTROL_ESCAPES[point]
    if (control !== undefined) return characters([[control, control]])
    switch (point) {
      case 'd':
        return characters(DIGITS)
      case 'D':
        return characters(complement(DIGITS))
      case 's':
        return characters(SPACES)
      case 'S':
        return characters(complement(SPACES))
      case 'w':
        return characters(WORDS)
      case 'W':
        return characters(complement(WORDS))
      case 'A':
        return { kind: 'start' }
      case 'z':
        return { kind: 'end' }
      case 'b':
        return { kind: 'word-boundary', negated: false }
      case 'B':
        return { kind: 'word-boundary', negated: true }
      case 'x':
        return this.#hexadecimal()
      default:
        if (/[0-9A-Za-z]/.test(point)) this.#fail(`\\${point} is not known`)
        return this.#literal(point.codePointAt(0) ?? 0)
    }
  }

  #hexadecimal(): RegexNode {
    let digits = ''
    if (this.#take('{')) {
      while (this.#peek() !== '}') digits += this.#next()
      this.#at += 1
    } else {
      digits = this.#next() + this.#next()
    }
    const code = /^[0-9a-fA-F]{1,6}$/.test(digits) ? Number.parseInt(digits, 16) : -1
    if (code < 0 || code > 0x10ffff) return this.#fail('a code point is not valid')
    return this.#literal(code)
  }
}
