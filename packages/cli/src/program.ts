// The command line as a tree of commands. A command's options and code are loaded when it is called, so that
// `samsa start` pays for starting a broker and nothing else.

import { Command, CommanderError } from 'commander'
import { type Register, Shell, type Surroundings } from './command-line.ts'
import { commands } from './commands.ts'
import { samsaVersion } from './version.ts'

/** Runs the command line; resolves to the exit code: 0 done, 1 failed, 2 used wrongly. */
export async function run(
  words: readonly string[],
  surroundings: Partial<Surroundings> = {},
): Promise<number> {
  const shell = new Shell(surroundings)
  const program = await samsa(shell, words)
  try {
    await program.parseAsync(words, { from: 'user' })
    return shell.exitCode
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

/** The program with those commands whose options `words` may need; all of them without `words`. */
export async function samsa(shell: Shell, words?: readonly string[]): Promise<Command> {
  const program = new Command('samsa')
    .description('Kafka in TypeScript: brokers, and a command line for any Kafka.')
    .version(`samsa ${samsaVersion()}`, '-V, --version', 'print the version')
    .exitOverride()
    .showHelpAfterError('(samsa --help says more)')
    .configureOutput({ outputError: (text, write) => write(text) })
  for (const { name, summary, load } of commands) {
    const isNeeded = words === undefined || words[0] === name || words[1] === name
    if (!isNeeded) program.command(name).description(summary)
    else ((await load()) satisfies Register)(program, shell)
  }
  return program
}
