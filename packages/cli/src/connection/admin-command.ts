// A command that asks or changes a cluster through the admin client: its options, its client, and what came of several
// things at once, some of which may have failed.

import type { Command } from 'commander'
import type { Admin, KafkaClient } from '@samsa/client'
import { KafkaError } from '@samsa/protocol'
import type { ExitCode, Shell, Surroundings } from '../command-line.ts'
import { type ConnectionFlags, withClient, withConnection } from './with-client.ts'

/** The flags that all of these commands have, as parsed. */
export interface AdminFlags extends ConnectionFlags {
  readonly json?: boolean
}

/** What an action is given. */
export interface AdminContext extends Surroundings {
  readonly client: KafkaClient
  readonly admin: Admin
}

/** An action with its arguments and flags. */
type AdminAction<Arguments extends readonly unknown[], Flags> = (
  context: AdminContext,
  flags: Flags,
  ...values: Arguments
) => Promise<ExitCode | void>

/** Adds the options of all admin commands, and the action, which is loaded when it is called. */
export function adminCommand<Arguments extends readonly unknown[], Flags extends AdminFlags>(
  shell: Shell,
  command: Command,
  load: () => Promise<AdminAction<Arguments, Flags>>,
): void {
  const name = `${command.parent?.name() ?? ''} ${command.name()}`.replace(/^samsa /, '')
  withConnection(command.option('--json', 'as JSON')).action((...words: readonly unknown[]) =>
    shell.run(name, async (surroundings) => {
      const flags = words.at(-2) as Flags
      const values = words.slice(0, -2) as unknown as Arguments
      const action = await load()
      return withClient(flags, surroundings, (client) =>
        action({ ...surroundings, client, admin: client.admin() }, flags, ...values),
      )
    }),
  )
}

/** One line for each thing that failed, and the exit code: 1 if any did. */
export function reportFailures<Key>(
  { output }: Surroundings,
  outcomes: ReadonlyMap<Key, unknown>,
): ExitCode {
  let exitCode: ExitCode = 0
  for (const outcome of outcomes.values()) {
    if (!(outcome instanceof KafkaError)) continue
    output.error(`samsa: ${outcome.message}\n`)
    exitCode = 1
  }
  return exitCode
}

/** What succeeded. */
export function succeeded<Key, Value>(
  outcomes: ReadonlyMap<Key, Value | KafkaError>,
): [Key, Value][] {
  const list: [Key, Value][] = []
  for (const [key, outcome] of outcomes) {
    if (!(outcome instanceof KafkaError)) list.push([key, outcome])
  }
  return list
}
