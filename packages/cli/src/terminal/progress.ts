// One line on standard error that says how far long work has come. Where no person looks, nothing is said, and nothing where
// results or what is typed stand on the same terminal: they would run into each other.

import type { Output } from './output.ts'

const intervalMs = 200

/** A line that is written over again. Declare it with `using`. */
export class Progress implements Disposable {
  readonly #output: Output
  readonly #text: () => string
  readonly #timer: NodeJS.Timeout | undefined
  #shown = 0

  /** `text` says where the work stands when it is asked; `isAlone` whether nothing else is on the terminal meanwhile. */
  constructor(output: Output, text: () => string, isAlone: boolean = true) {
    this.#output = output
    this.#text = text
    if (output.isErrorTerminal && isAlone) this.#timer = setInterval(() => this.#show(), intervalMs)
  }

  /** Wipes the line out. */
  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    if (this.#shown > 0) this.#output.error(`\r${' '.repeat(this.#shown)}\r`)
  }

  #show(): void {
    const text = this.#text()
    this.#output.error(`\r${text.padEnd(this.#shown)}`)
    this.#shown = text.length
  }
}
