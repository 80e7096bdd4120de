// An output that keeps what was printed, for tests of commands.

import type { Output } from '../output.ts'

/** Keeps everything; neither stream is a terminal. */
export class RecordedOutput implements Output {
  readonly isTerminal = false
  readonly isErrorTerminal = false
  readonly columns = 100
  /** The results as they were written. */
  readonly chunks: Buffer[] = []
  /** What was said about the work. */
  errors = ''

  /** The results as text. */
  get text(): string {
    return Buffer.concat(this.chunks).toString()
  }

  async write(text: string | Uint8Array): Promise<void> {
    this.chunks.push(Buffer.from(text))
  }

  error(text: string): void {
    this.errors += text
  }

  style(_style: string, text: string): string {
    return text
  }
}
