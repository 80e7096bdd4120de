// Matching in linear time: the tree becomes a Thompson automaton, and a text is read once with the set of states that
// are possible (Pike). No expression, however made, takes more than states × characters.

import { KafkaError } from '@samsa/protocol'
import { parseRegex, type Ranges, type RegexNode } from './syntax.ts'

/** One instruction of the automaton. */
type Instruction =
  | { readonly kind: 'characters'; readonly ranges: Ranges }
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'word-boundary'; readonly negated: boolean }
  | { readonly kind: 'accept' }

/** Expressions whose automaton would be larger, or that take longer to unroll, are refused. */
const MAX_INSTRUCTIONS = 10_000
const MAX_STEPS = 50_000

/** A compiled expression. */
export interface TopicMatcher {
  /** Whether the whole text matches. */
  matches(text: string): boolean
}

/** Compiles an expression. Throws INVALID_REGULAR_EXPRESSION. */
export function compileRegex(text: string): TopicMatcher {
  const program = new RegexCompiler(text).compile(parseRegex(text))
  return { matches: (topic) => run(program, topic) }
}

class RegexCompiler {
  readonly #text: string
  readonly #program: Instruction[] = []
  #steps = 0

  constructor(text: string) {
    this.#text = text
  }

  compile(node: RegexNode): readonly Instruction[] {
    this.#emit(node)
    this.#add({ kind: 'accept' })
    return this.#program
  }

  #add(instruction: Instruction): number {
    this.#program.push(instruction)
    return this.#program.length - 1
  }

  #emit(node: RegexNode): void {
    this.#steps += 1
    if (this.#program.length >= MAX_INSTRUCTIONS || this.#steps > MAX_STEPS) {
      const message = `The regular expression ${this.#text} is too large.`
      throw new KafkaError('INVALID_REGULAR_EXPRESSION', message)
    }
    switch (node.kind) {
      case 'empty':
        return
      case 'concatenation':
        for (const part of node.parts) this.#emit(part)
        return
      case 'alternation':
        this.#emitAlternation(node.parts)
        return
      case 'repetition':
        for (let i = 0; i < node.min; i++) this.#emit(node.part)
        if (node.max === Number.POSITIVE_INFINITY) this.#emitLoop(node.part)
        else this.#emitOptional(node.part, node.max - node.min)
        return
      default:
        this.#add(node)
    }
  }

  #emitAlternation(parts: readonly RegexNode[]): void {
    const ends: { kind: 'split'; first: number; second: number }[] = []
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1
      const split = { kind: 'split' as const, first: 0, second: 0 }
      if (!isLast) this.#add(split)
      split.first = this.#program.length
      this.#emit(part)
      if (isLast) break
      const end = { kind: 'split' as const, first: 0, second: 0 }
      this.#add(end)
      ends.push(end)
      split.second = this.#program.length
    }
    for (const end of ends) end.first = end.second = this.#program.length
  }

  #emitLoop(part: RegexNode): void {
    const loop = { kind: 'split' as const, first: 0, second: 0 }
    const at = this.#add(loop)
    loop.first = this.#program.length
    this.#emit(part)
    this.#add({ kind: 'split', first: at, second: at })
    loop.second = this.#program.length
  }

  #emitOptional(part: RegexNode, count: number): void {
    const splits: { kind: 'split'; first: number; second: number }[] = []
    for (let i = 0; i < count; i++) {
      const split = { kind: 'split' as const, first: 0, second: 0 }
      this.#add(split)
      split.first = this.#program.length
      splits.push(split)
      this.#emit(part)
    }
    for (const split of splits) split.second = this.#program.length
  }
}

/** Whether the program accepts the whole text. */
function run(program: readonly Instruction[], text: string): boolean {
  const points = Array.from(text, (point) => point.codePointAt(0) ?? 0)
  let current: number[] = []
  // The position at which a state was last reached: no state is followed twice at one position.
  const reached = new Int32Array(program.length).fill(-1)
  follow(program, 0, { points, position: 0 }, current, reached)
  for (let position = 0; position < points.length && current.length > 0; position++) {
    const point = points[position] ?? 0
    const next: number[] = []
    for (const state of current) {
      const instruction = program[state]
      if (instruction?.kind !== 'characters' || !includes(instruction.ranges, point)) continue
      follow(program, state + 1, { points, position: position + 1 }, next, reached)
    }
    current = next
  }
  return current.some((state) => program[state]?.kind === 'accept')
}

/** Adds the states that are reached from one without reading. */
function follow(
  program: readonly Instruction[],
  start: number,
  { points, position }: { readonly points: readonly number[]; readonly position: number },
  states: number[],
  reached: Int32Array,
): void {
  const stack = [start]
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    if (reached[state] === position) continue
    reached[state] = position
    const instruction = program[state]
    switch (instruction?.kind) {
      case 'split':
        stack.push(instruction.second, instruction.first)
        break
      case 'start':
        if (position === 0) stack.push(state + 1)
        break
      case 'end':
        if (position === points.length) stack.push(state + 1)
        break
      case 'word-boundary':
        if (isBoundary(points, position) !== instruction.negated) stack.push(state + 1)
        break
      default:
        states.push(state)
    }
  }
}

function includes(ranges: Ranges, point: number): boolean {
  for (const [first, last] of ranges) if (point >= first && point <= last) return true
  return false
}

function isBoundary(points: readonly number[], position: number): boolean {
  return isWord(points[position - 1]) !== isWord(points[position])
}

function isWord(point: number | undefined): boolean {
  if (point === undefined) return false
  if (point >= 0x30 && point <= 0x39) return true
  return point === 0x5f || ((point | 32) >= 0x61 && (point | 32) <= 0x7a && point < 0x80)
}
