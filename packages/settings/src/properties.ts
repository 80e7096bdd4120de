/**
 * Reads `.properties` files as java.util.Properties does.
 *
 * A logical line is one natural line, or several joined by a backslash at the end; the white space
 * that opens each continuation is dropped. A natural line that opens with `#` or `!` is a comment,
 * unless it continues another. The key ends at the first unescaped `=`, `:` or white space. Bytes
 * are taken as UTF-8 if they are valid UTF-8, else as Latin-1, which is what Java wrote for long.
 *
 * Invariant: for every text the pairs are those of Properties.load, repeated keys included, in
 * order; only a lone backslash that ends the text is nothing here, where Java makes an empty key.
 */
import { Buffer } from 'node:buffer'
import { SettingsError } from './problem.ts'

/** One `key=value` of a properties file. */
export interface Property {
  readonly key: string
  /** As written after escapes; white space at the end is kept, as Java keeps it. */
  readonly value: string
  /** The natural line, from 1, on which the key stands. */
  readonly line: number
}

/** The text of a properties file: UTF-8 where that is valid, else Latin-1. */
export function decodeProperties(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
  }
}

/**
 * All pairs of a properties file in order; where a key is repeated the last one counts. Throws a
 * SettingsError for a `\u` without four hexadecimal digits, the only error that Java knows here.
 * `name` is the file's name for messages.
 */
export function parseProperties(text: string, name = 'properties'): Property[] {
  const properties: Property[] = []
  for (const { content, line } of logicalLines(text)) {
    const keyEnd = endOfKey(content)
    const valueStart = startOfValue(content, keyEnd)
    const source = `${name}, line ${line}`
    const key = unescape(content.slice(0, keyEnd), source)
    properties.push({ key, value: unescape(content.slice(valueStart), source), line })
  }
  return properties
}

/** Joins continued lines; comments and blank lines are left out. */
function* logicalLines(text: string): Generator<{ content: string; line: number }> {
  let content = ''
  let startedAt = 0
  let line = 0
  for (const natural of text.split(/\r\n|\r|\n/)) {
    line++
    const trimmed = natural.replace(/^[ \t\f]+/, '')
    if (startedAt === 0) {
      if (trimmed === '' || trimmed.startsWith('#') || trimmed.startsWith('!')) continue
      startedAt = line
    }
    if (endsInOddBackslashes(trimmed)) {
      content += trimmed.slice(0, -1)
      // To Java a continued line that is still empty has not begun: what follows may be a comment.
      if (content === '') startedAt = 0
      continue
    }
    content += trimmed
    yield { content, line: startedAt }
    content = ''
    startedAt = 0
  }
  if (startedAt !== 0) yield { content, line: startedAt }
}

function endsInOddBackslashes(line: string): boolean {
  let count = 0
  while (count < line.length && line[line.length - 1 - count] === '\\') count++
  return count % 2 === 1
}

function endOfKey(content: string): number {
  for (let index = 0; index < content.length; index++) {
    const letter = content[index]
    if (letter === '\\') index++
    else if (letter === '=' || letter === ':' || isBlank(letter)) return index
  }
  return content.length
}

/** Skips white space, at most one separator, and white space again. */
function startOfValue(content: string, keyEnd: number): number {
  let index = keyEnd
  while (isBlank(content[index])) index++
  if (content[index] === '=' || content[index] === ':') index++
  while (isBlank(content[index])) index++
  return index
}

function isBlank(letter: string | undefined): boolean {
  return letter === ' ' || letter === '\t' || letter === '\f'
}

const namedEscapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' }

function unescape(text: string, source: string): string {
  if (!text.includes('\\')) return text
  let result = ''
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== '\\') {
      result += text[index]
      continue
    }
    index++
    const letter = text[index] ?? ''
    if (letter !== 'u') {
      result += namedEscapes[letter] ?? letter
      continue
    }
    const digits = text.slice(index + 1, index + 5)
    if (!/^[0-9a-fA-F]{4}$/.test(digits)) throw malformed(text, source)
    result += String.fromCharCode(Number.parseInt(digits, 16))
    index += 4
  }
  return result
}

function malformed(text: string, source: string): SettingsError {
  const expected = 'four hexadecimal digits after \\u'
  return new SettingsError([
    { key: text, value: null, source, expected, message: 'Malformed \\uxxxx encoding.' },
  ])
}
