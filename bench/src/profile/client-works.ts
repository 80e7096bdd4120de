// Starts the process of our client that is profiled.

import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Run } from './loads.ts'

/** What our client can be profiled at, and what is counted of it. */
export const clientWorks = {
  'client-single': 'record, awaited',
  'client-batch': 'batch of 100, awaited',
  'client-produce': 'batch of 1,000 in flight with 31 others',
  'client-consume': '1,000 records read',
} as const

/** The name of one of them. */
export type ClientWork = keyof typeof clientWorks

/** A client at work. */
interface Worker extends AsyncDisposable {
  readonly pid: number
  readonly run: Run
}

/** Starts a client on a broker's port; `args` go to Node before the script. */
export async function startClient(
  kind: ClientWork,
  port: number,
  how: { readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
): Promise<Worker> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'client-work.ts'), [kind, `${port}`], {
    execArgv: ['--conditions=@samsa/source', ...how.args],
    env: { ...process.env, ...how.env },
  })
  const ended = once(child, 'exit').then(([code]: unknown[]) => {
    throw new Error(`the client ended with ${String(code)}`)
  })
  ended.catch(() => {})
  const answer = async (): Promise<number> => {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [{ done: number }]
    return message.done
  }
  await answer()
  return {
    pid: child.pid ?? -1,
    run: (seconds) => {
      const done = answer()
      child.send({ seconds })
      return done
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null) return
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}
