/**
 * ProtocolError: bytes that make no sense, or a value that no bytes can carry.
 *
 * Invariant: it is the only error a decoder throws, whatever bytes it is given. Where it was
 * raised it knows only the reason and the position; the codec adds the field path while the error
 * climbs, and the message's name at the top.
 */

/** What the raiser knows at once. */
export interface ProtocolErrorContext {
  /** Byte position in the buffer that was being read, or in the output that was being written. */
  readonly position?: number | undefined
  readonly cause?: unknown
}

/** Bytes make no sense; whoever reads from a peer closes the connection. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError'
  /** The sentence without its place. */
  readonly reason: string
  /** Byte position, or -1 where there is none. */
  readonly position: number
  /** The message's name, as `FetchRequest`, once it is known. */
  messageName: string | undefined
  version: number | undefined
  /** Path of the field, as `topics[0].partitions[2].fetchOffset`; empty at the message itself. */
  field = ''

  constructor(reason: string, { position = -1, cause }: ProtocolErrorContext = {}) {
    super(reason, cause === undefined ? undefined : { cause })
    this.reason = reason
    this.position = position
  }

  /** Puts a field's name, or an index in brackets, before the path. */
  within(segment: string): this {
    const dot = this.field === '' || this.field.startsWith('[') ? '' : '.'
    this.field = `${segment}${dot}${this.field}`
    return this
  }

  /** Names the message; called once, where the whole message is read or written. */
  of(messageName: string, version: number): this {
    this.messageName = messageName
    this.version = version
    const field = this.field === '' ? '' : `, field ${this.field}`
    const position = this.position < 0 ? '' : `, at byte ${this.position}`
    this.message = `${messageName} version ${version}${field}${position}: ${this.reason}`
    return this
  }
}
