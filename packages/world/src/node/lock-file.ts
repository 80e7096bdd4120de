// A lock file that dies with its holder. It names the process that holds it; a lock whose holder is gone is taken over.
// Node has no file locks of the kernel, so the exclusion is made of two atomic steps of every POSIX file system:
// `link` fails when the name exists, and `rename` replaces a name at once.
//
// Every attempt has a random id. The lock at P is a chain: P holds the claim of A, `P.after-A` that of B who claims to
// follow A, and so on. Only one process can make `P.after-A`, so only one can follow a dead A; being the living end of
// the chain is holding the lock. The new holder renames its claim to P, which ends the chain in one step. A claimant
// that read P before that step may still make a claim behind an id that is no longer in the chain; it therefore walks
// the chain once more before it believes, and withdraws.
//
// Limits: the file system must have hard links; processes are told apart per machine and process namespace, so two
// machines or two containers that share a directory are not kept from each other. Apache Kafka leaves an empty
// `.lock` behind, and locks it by the kernel; where there is a /proc/locks, such a lock is respected.

import { link, open, readFile, rename, stat, unlink } from 'node:fs/promises'
import type { DiskLock } from '../disk.ts'
import { isRunning, ownIdentity, type ProcessIdentity } from './process-identity.ts'
import { nodeRandom } from './random.ts'
import { codeOf } from './system-error.ts'

interface Claim extends ProcessIdentity {
  readonly id: string
}

/** One look at the chain: who is alive in it, and if nobody, under which name the next claim belongs. */
type Walk =
  | { readonly holder: Claim; readonly claimPath: string; readonly dead: readonly string[] }
  | { readonly holder?: undefined; readonly claimPath: string; readonly dead: readonly string[] }

/** How often others may get ahead of us between two looks before we say that the lock is theirs. */
const attempts = 100

/** Takes the lock file at `path`; `undefined` when a living process (also this one) holds it. */
export async function lockFile(path: string): Promise<DiskLock | undefined> {
  const own: Claim = { ...(await ownIdentity()), id: nodeRandom.bytes(12).toString('hex') }
  const draft = `${path}.claim-${own.id}`
  await writeDraft(draft, own)
  try {
    for (let i = 0; i < attempts; i++) {
      const walk = await walkChain(path)
      if (walk.holder !== undefined) return undefined
      if (!(await linked(draft, walk.claimPath))) continue
      const again = await walkChain(path)
      if (again.holder?.id === own.id) return await settle(path, again.claimPath, again.dead)
      await unlink(walk.claimPath)
    }
    return undefined
  } finally {
    await removed(draft)
  }
}

/** Makes the claim the only one: the chain of the dead ends here. */
async function settle(path: string, claimPath: string, dead: readonly string[]): Promise<DiskLock> {
  if (claimPath !== path) await rename(claimPath, path)
  for (const name of dead) {
    if (name !== path && name !== claimPath) await removed(name)
  }
  let held = true
  return {
    release: async () => {
      if (!held) return
      held = false
      await removed(path)
    },
  }
}

async function walkChain(path: string): Promise<Walk> {
  const dead: string[] = []
  let claimPath = path
  for (;;) {
    const text = await readFile(claimPath, 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error
    })
    if (text === undefined) return { claimPath, dead }
    const claim = parse(text)
    if (claim === undefined ? await isKernelLocked(claimPath) : await isRunning(claim)) {
      return { holder: claim ?? foreign, claimPath, dead }
    }
    dead.push(claimPath)
    claimPath = `${path}.after-${claim?.id ?? foreign.id}`
  }
}

/** Stands for whoever wrote a lock file that is not ours. */
const foreign: Claim = { id: 'foreign', pid: 0, started: '', boot: '' }

function parse(text: string): Claim | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    const { id, pid, started, boot } = value as Record<string, unknown>
    if (typeof id !== 'string' || !/^[0-9a-f]{24}$/.test(id)) return undefined
    if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined
    if (typeof started !== 'string' || typeof boot !== 'string') return undefined
    return { id, pid, started, boot }
  } catch {
    return undefined
  }
}

/** Whether a process holds a POSIX or BSD lock on the file: lines of /proc/locks carry `device:inode`. */
async function isKernelLocked(path: string): Promise<boolean> {
  const locks = await readFile('/proc/locks', 'latin1').catch(() => '')
  if (locks === '') return false
  const { ino } = await stat(path)
  return locks.split('\n').some((line) => line.split(/\s+/)[5]?.endsWith(`:${ino}`) === true)
}

/** The claim as a whole file, on the medium before it gets a name that counts. */
async function writeDraft(path: string, claim: Claim): Promise<void> {
  const file = await open(path, 'wx', 0o644)
  try {
    await file.writeFile(`${JSON.stringify(claim)}\n`)
    await file.datasync()
  } finally {
    await file.close()
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

async function removed(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
}
