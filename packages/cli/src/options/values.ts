// Values of options as they are typed, checked where they are read. What is wrong with one is said with what was expected.

import { InvalidArgumentError } from 'commander'

/** A whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const number = Number(text)
    const isFine = text !== '' && Number.isInteger(number) && number >= least && number <= most
    if (isFine) return number
    const end = most === Number.MAX_SAFE_INTEGER ? 'on' : `to ${most}`
    throw new InvalidArgumentError(`expected a whole number from ${least} ${end}.`)
  }
}

/** A number above 0. */
export function positiveNumber(text: string): number {
  const number = Number(text)
  if (Number.isFinite(number) && number > 0) return number
  throw new InvalidArgumentError('expected a number above 0.')
}

/** An option that may be given many times: all of its texts. */
export function collected(text: string, previous: readonly string[]): readonly string[] {
  return [...previous, text]
}

/** An option that may be given many times: all of its numbers. */
export function collectedNumbers(text: string, previous: readonly number[]): readonly number[] {
  return [...previous, wholeNumber(0)(text)]
}

/** An option `name=value` that may be given many times: all of its pairs. The value may be empty and hold more `=`. */
export function collectedPairs(
  text: string,
  previous: readonly (readonly [string, string])[],
): readonly (readonly [string, string])[] {
  return [...previous, pairOf(text)]
}

/** `name=value` in two. */
export function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError(`${text} is not name=value.`)
  return [text.slice(0, at), text.slice(at + 1)]
}
