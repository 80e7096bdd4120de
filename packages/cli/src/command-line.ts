// What every command is made of: an action that is given its context, returns an exit code, and may fail in the ways that
// are the user's to mend. Those become one line; anything else is a bug of ours and keeps its stack.

import type { Command } from 'commander'
import { SettingsError } from '@samsa/settings'
import { WorldError } from '@samsa/world'
import { KafkaError, ProtocolError } from '@samsa/protocol'
import { type Output, standardOutput } from './terminal/output.ts'

/** What a command may use of the process around it. */
export interface Surroundings {
  readonly output: Output
  readonly input: AsyncIterable<Uint8Array>
  /** Whether a person types the input. */
  readonly isInputTerminal: boolean
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Aborts at the first Ctrl-C: end in order. */
  readonly interrupted: AbortSignal
}

/** Done, failed, used wrongly. */
export type ExitCode = 0 | 1 | 2

/** Registers one command, with its options and examples, below `program`. */
export type Register = (program: Command, shell: Shell) => void

/** A command was used in a way that its options do not allow; the message says which one. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Runs the actions of commands and keeps the exit code. */
export class Shell {
  readonly #surroundings: Partial<Surroundings>
  exitCode: ExitCode = 0

  constructor(surroundings: Partial<Surroundings> = {}) {
    this.#surroundings = surroundings
  }

  /** Runs an action; `name` is what the user typed, for the line that says what failed. */
  async run(
    name: string,
    action: (surroundings: Surroundings) => Promise<ExitCode | void>,
  ): Promise<void> {
    using interruption = new Interruption()
    const surroundings: Surroundings = {
      output: standardOutput,
      input: untilAborted(process.stdin, interruption.signal),
      isInputTerminal: process.stdin.isTTY === true,
      environment: process.env,
      interrupted: interruption.signal,
      ...this.#surroundings,
    }
    try {
      this.exitCode = (await action(surroundings)) ?? 0
    } catch (error) {
      const line = lineOf(error)
      if (line === undefined) throw error
      // What was interrupted has not failed.
      if (surroundings.interrupted.aborted && error === surroundings.interrupted.reason) return
      surroundings.output.error(`samsa ${name}: ${line}\n`)
      this.exitCode = error instanceof UsageError ? 2 : 1
    }
  }
}

/** What to tell the user, or `undefined` when it is not theirs to mend. */
function lineOf(error: unknown): string | undefined {
  if (error instanceof AggregateError) return lineOf(error.errors[0])
  const isTheirs =
    error instanceof SettingsError ||
    error instanceof WorldError ||
    error instanceof KafkaError ||
    error instanceof ProtocolError ||
    error instanceof UsageError ||
    (error instanceof Error && error.name === 'AbortError')
  return isTheirs ? error.message : undefined
}

/** The first Ctrl-C asks for an end in order, the second ends the process. */
class Interruption implements Disposable {
  readonly #controller = new AbortController()
  readonly #stop = (): void => {
    if (this.signal.aborted) process.exit(130)
    this.#controller.abort()
  }

  constructor() {
    process.on('SIGINT', this.#stop)
    process.on('SIGTERM', this.#stop)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  [Symbol.dispose](): void {
    process.off('SIGINT', this.#stop)
    process.off('SIGTERM', this.#stop)
  }
}

/** Standard input, which ends when the command is interrupted: nobody types any more. */
async function* untilAborted(
  stream: NodeJS.ReadStream,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const stop = (): void => void stream.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of stream) yield chunk as Uint8Array
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
