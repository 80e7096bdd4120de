// The one error of the outside world: a disk or a peer did not do what it was asked. Never a bug of ours.

/** What went wrong, independent of the platform. */
export type WorldErrorKind =
  | 'not-found'
  | 'already-exists'
  /** No space left, or the quota is used up. */
  | 'full'
  /** The medium failed; what was written may be lost. */
  | 'io'
  | 'permission'
  | 'address-in-use'
  | 'unreachable'
  | 'reset'
  | 'closed'
  | 'other'

/** A failure of the disk or the network that names the path or the peer. */
export class WorldError extends Error {
  readonly kind: WorldErrorKind
  /** The path or the address (host:port) that failed. */
  readonly subject: string

  constructor(kind: WorldErrorKind, subject: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'WorldError'
    this.kind = kind
    this.subject = subject
  }
}
