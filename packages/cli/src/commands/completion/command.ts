// `samsa completion`: a script that teaches a shell the commands and options.

import { Argument } from 'commander'
import type { Register } from '../../command-line.ts'

const shells = ['bash', 'zsh', 'fish'] as const

/** Registers the command. */
export const register: Register = (program, shell) => {
  program
    .command('completion')
    .description('Print a completion script for a shell.')
    .addArgument(new Argument('<shell>', 'which').choices([...shells]))
    .addHelpText('after', examples)
    .action((name: (typeof shells)[number]) =>
      shell.run('completion', async ({ output }) => {
        const { completionScript } = await import('./completion.ts')
        await output.write(await completionScript(name))
      }),
    )
}

const examples = `
Examples:
  source <(samsa completion bash)
  samsa completion zsh > ~/.zfunc/_samsa
  samsa completion fish > ~/.config/fish/completions/samsa.fish`
