// Turns the errors of Node's system calls into `WorldError`s: the platform's codes end here.

import { WorldError, type WorldErrorKind } from '../world-error.ts'

const kinds: Readonly<Record<string, WorldErrorKind>> = {
  ENOENT: 'not-found',
  EEXIST: 'already-exists',
  ENOTEMPTY: 'already-exists',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EIO: 'io',
  ENXIO: 'io',
  ENODEV: 'io',
  EUCLEAN: 'io',
  ESTALE: 'io',
  EREMOTEIO: 'io',
  EACCES: 'permission',
  EPERM: 'permission',
  EROFS: 'permission',
  EADDRINUSE: 'address-in-use',
  ECONNREFUSED: 'unreachable',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'unreachable',
  EAI_AGAIN: 'unreachable',
  ETIMEDOUT: 'unreachable',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  EBADF: 'closed',
}

/** The code of a Node error (`ENOENT`), or an empty string. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

/** The error as a `WorldError` about `subject` (a path or an address). */
export function worldError(error: unknown, subject: string, action: string): WorldError {
  if (error instanceof WorldError) return error
  const code = codeOf(error)
  const reason = error instanceof Error ? error.message : String(error)
  return new WorldError(kinds[code] ?? 'other', subject, `${action} ${subject}: ${reason}`, {
    cause: error,
  })
}
