// One line on standard error that says how far long work has come. Where no person looks, nothing is said.

import type { Output } from './output.ts'

const intervalMs = 200

/** A line that is written over again. Declare it with `using`. */
export class Progress implements Disposable {
  readonly #output: Output
  readonly #text: () => string
  readonly #timer: NodeJS.Timeout | undefined
  #shown = 0

  /** `text` says where the work stands when it is asked. */
  constructor(output: Output, text: () => string) {
    this.#output = output
    this.#text = text
    if (output.isErrorTerminal) this.#timer = setInterval(() => this.#show(), intervalMs)
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
