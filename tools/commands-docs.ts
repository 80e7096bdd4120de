// Writes docs/reference/commands.md from the command line's own help: `npm run docs`. The page holds what the help says and
// nothing else; commands-docs.test.ts fails when it is out of date.

import { writeFileSync } from 'node:fs'
import { Shell } from '../packages/cli/src/command-line.ts'
import { samsa } from '../packages/cli/src/program.ts'

type Command = Awaited<ReturnType<typeof samsa>>

const helpWidth = 100

/** Where the page lies. */
export const commandsPage = new URL('../docs/reference/commands.md', import.meta.url)

/** The whole page. */
export async function commandsPageText(): Promise<string> {
  const sections = pagesOf(await samsa(new Shell()), 'samsa').map(
    ({ title, help }) => `## ${title}\n\n\`\`\`text\n${help.trim()}\n\`\`\`\n`,
  )
  return [
    '# Commands',
    '',
    '<!-- Written by tools/commands-docs.ts. Change the commands in packages/cli instead. -->',
    '',
    'What `samsa … --help` says. Every command exits with 0 when done, with 1 when something failed,',
    'and with 2 when it was used wrongly. `$SAMSA_BROKERS` stands in for `--brokers`. Results go to',
    'standard output, everything about the work to standard error.',
    '',
    sections.join('\n'),
  ].join('\n')
}

function pagesOf(command: Command, title: string): { title: string; help: string }[] {
  let help = ''
  command.configureOutput({
    writeOut: (text) => (help += text),
    getOutHelpWidth: () => helpWidth,
    getOutHasColors: () => false,
  })
  command.outputHelp()
  const below = command.commands.flatMap((one) => pagesOf(one, `${title} ${one.name()}`))
  return [{ title, help }, ...below]
}

if (import.meta.main) writeFileSync(commandsPage, await commandsPageText())
