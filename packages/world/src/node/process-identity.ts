// Who is alive on this machine. A process id alone is not an identity, because ids are used again; where there is a
// /proc, the moment at which the process started (in ticks since the machine did) makes it one.

import { readFile } from 'node:fs/promises'
import { codeOf } from './system-error.ts'

/** One run of one process. `started` and `boot` are empty where the system does not tell. */
export interface ProcessIdentity {
  readonly pid: number
  /** Start of the process, in clock ticks since the boot of the machine. */
  readonly started: string
  /** Names the boot of the machine. */
  readonly boot: string
}

/** The identity of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const stat = await processStat(process.pid)
  return { pid: process.pid, started: stat?.started ?? '', boot: await bootId() }
}

/** Whether that very process still runs. When in doubt, it does. */
export async function isRunning(identity: ProcessIdentity): Promise<boolean> {
  const boot = await bootId()
  if (identity.boot !== '' && boot !== '' && identity.boot !== boot) return false
  const stat = await processStat(identity.pid)
  if (stat !== undefined && identity.started !== '') {
    // A zombie has given back its files; only its parent has not looked yet.
    return stat.started === identity.started && stat.state !== 'Z' && stat.state !== 'X'
  }
  try {
    process.kill(identity.pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

async function processStat(pid: number): Promise<{ state: string; started: string } | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined)
  if (text === undefined) return undefined
  // The second field is the program's name in parentheses and may hold anything, parentheses too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { state: fields[0] ?? '', started: fields[19] ?? '' }
}

async function bootId(): Promise<string> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'latin1').catch(() => '')
  return text.trim()
}
