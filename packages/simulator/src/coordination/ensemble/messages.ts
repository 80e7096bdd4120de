// What the servers of a simulated ensemble tell each other. The messages are objects of this process; what travels through
// the simulated network is the number of each, so that they are delayed, cut off and lost like any bytes.

import type { Operation } from '@samsa/coordination'
import { FrameAssembler } from '@samsa/coordination/wire'
import type { Connection } from '@samsa/world'

/** What an entry of the ensemble's log does. */
export type Payload =
  /** Nothing: how a leader begins its term. */
  | { readonly kind: 'none' }
  | {
      readonly kind: 'multi'
      readonly sessionId: string
      readonly operations: readonly Operation[]
    }
  | { readonly kind: 'create-session'; readonly sessionId: string; readonly timeoutMs: number }
  | { readonly kind: 'end-session'; readonly sessionId: string }

/** One entry of the log. Servers that have the same entry have the same object. */
export interface Entry {
  readonly term: number
  /** The term in the upper half, the number within the term in the lower one. */
  readonly zxid: number
  readonly payload: Payload
  /** The request that it answers. */
  readonly requestId: string | undefined
}

/** What a server asks the leader for on behalf of its clients. */
export type Ask =
  | { readonly kind: 'write'; readonly payload: Exclude<Payload, { kind: 'none' }> }
  | { readonly kind: 'sync' }
  /** A session comes from another server, or comes back. */
  | { readonly kind: 'revalidate'; readonly sessionId: string }

/** A message between two servers. */
export type Message =
  /** `isTrial` asks how the vote would be, so that nobody raises terms for nothing. */
  | {
      readonly kind: 'canvass'
      readonly serverId: number
      readonly term: number
      readonly lastTerm: number
      readonly length: number
      readonly isTrial: boolean
    }
  | { readonly kind: 'vote'; readonly isGranted: boolean; readonly leaderId: number | undefined }
  | {
      readonly kind: 'join'
      readonly serverId: number
      readonly promisedTerm: number
      readonly log: readonly Entry[]
    }
  /** What a follower's log is like from `from` entries on. */
  | {
      readonly kind: 'history'
      readonly term: number
      readonly from: number
      readonly entries: readonly Entry[]
    }
  | { readonly kind: 'proposal'; readonly entry: Entry }
  | { readonly kind: 'ack'; readonly length: number }
  | { readonly kind: 'commit'; readonly length: number }
  | { readonly kind: 'ping' }
  /** Sessions heard of since the last one. */
  | { readonly kind: 'pong'; readonly touched: readonly string[] }
  | { readonly kind: 'ask'; readonly requestId: string; readonly ask: Ask }
  | { readonly kind: 'answer'; readonly requestId: string; readonly errorCode: number }

const messageBytes = 4

/** Every message that is under way. */
export class Post {
  readonly #messages = new Map<number, Message>()
  #next = 1

  /** The frame that stands for a message. */
  frame(message: Message): Buffer {
    const frame = Buffer.alloc(4 + messageBytes)
    frame.writeInt32BE(messageBytes, 0)
    frame.writeInt32BE(this.#next, 4)
    this.#messages.set(this.#next++, message)
    return frame
  }

  take(frame: Buffer): Message | undefined {
    const number = frame.readInt32BE(0)
    const message = this.#messages.get(number)
    this.#messages.delete(number)
    return message
  }
}

/** A connection between two servers. What was sent arrives in order, or the connection ends. */
export class Channel {
  readonly #post: Post
  readonly #connection: Connection
  /** Whoever is told of messages and of the end; both may be set anew. */
  onMessage: (message: Message) => void = () => {}
  onClosed: () => void = () => {}

  constructor(post: Post, connection: Connection) {
    this.#post = post
    this.#connection = connection
    const assembler = new FrameAssembler()
    connection.start({
      data: (chunk) => {
        for (const frame of assembler.take(chunk) ?? []) {
          const message = this.#post.take(frame)
          if (message !== undefined) this.onMessage(message)
        }
      },
      drained: () => {},
      closed: () => this.onClosed(),
    })
  }

  send(message: Message): void {
    this.#connection.write([this.#post.frame(message)])
  }

  /** Ends it; nobody is told here. */
  close(): void {
    this.onMessage = () => {}
    this.onClosed = () => {}
    this.#connection.destroy()
  }
}
