// Where a command's lines go. Results go to standard output, everything about the work itself to standard error, so that
// what is piped on is only results.

import type { Writable } from 'node:stream'
import { styleText } from 'node:util'

/** How a piece of text looks on a terminal. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** What a command prints to. */
export interface Output {
  /** Prints results; resolves when there is room for more. */
  write(text: string | Uint8Array): Promise<void>
  /** Prints a line about the work. */
  error(text: string): void
  /** Whether a person looks at the results. */
  readonly isTerminal: boolean
  /** Whether a person looks at what is said about the work. */
  readonly isErrorTerminal: boolean
  /** Width of the terminal in characters. */
  readonly columns: number
  /** The text in a style where a person sees it; as it is elsewhere, and with NO_COLOR. */
  style(style: Style, text: string): string
}

const defaultColumns = 100

/** The process's own streams; a reader that has gone away, as `head` does, ends the process quietly. */
export const standardOutput: Output = {
  write: (text) => writeTo(process.stdout, text),
  error: (text) => void process.stderr.write(text),
  get isTerminal() {
    return process.stdout.isTTY === true
  },
  get isErrorTerminal() {
    return process.stderr.isTTY === true
  },
  get columns() {
    return process.stdout.columns ?? defaultColumns
  },
  style: (style, text) => styleText(style, text, { stream: process.stdout }),
}

function writeTo(stream: Writable, text: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined) resolve()
      else if ('code' in error && error.code === 'EPIPE') process.exit(0)
      else reject(error)
    })
  })
}
