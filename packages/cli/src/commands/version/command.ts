// `samsa version`.

import type { Register } from '../../command-line.ts'
import { samsaVersion } from '../../version.ts'

/** Registers the command. */
export const register: Register = (program, shell) => {
  program
    .command('version')
    .description('Print the version.')
    .option('--json', 'as one JSON object')
    .action((flags: { readonly json?: boolean }) =>
      shell.run('version', async ({ output }) => {
        const version = samsaVersion()
        const { node } = process.versions
        const json = `${JSON.stringify({ version, node })}\n`
        await output.write(flags.json === true ? json : `samsa ${version} (node ${node})\n`)
      }),
    )
}
