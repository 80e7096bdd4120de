// A command line as a test runs it: in this process, with what it printed kept.

import { run } from '../program.ts'
import { RecordedOutput } from '../terminal/testing/recorded-output.ts'

/** How a command ended. */
export interface SamsaRun {
  readonly exitCode: number
  /** Results. */
  readonly text: string
  /** What was said about the work. */
  readonly errors: string
  /** The results, read as JSON. */
  json<T>(): T
}

/** What a test may say beside the words. */
export interface RunOptions {
  /** Standard input. */
  readonly input?: string
  /** `$SAMSA_BROKERS`. */
  readonly brokers?: string
  readonly interrupted?: AbortSignal
  /** Watches what is printed while the command runs. */
  readonly output?: RecordedOutput
}

/** Runs `samsa WORDS…` to its end. */
export async function samsaRun(
  words: readonly string[],
  { input = '', brokers, interrupted, output = new RecordedOutput() }: RunOptions = {},
): Promise<SamsaRun> {
  async function* standardInput(): AsyncGenerator<Uint8Array> {
    if (input !== '') yield Buffer.from(input)
  }
  const exitCode = await run(words, {
    output,
    input: standardInput(),
    isInputTerminal: false,
    environment: brokers === undefined ? {} : { SAMSA_BROKERS: brokers },
    ...(interrupted === undefined ? {} : { interrupted }),
  })
  const { text, errors } = output
  return { exitCode, text, errors, json: <T>() => JSON.parse(text) as T }
}
