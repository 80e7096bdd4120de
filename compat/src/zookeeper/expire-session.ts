// Ends a session that somebody else holds, as an ensemble does that has not heard of it for too long: whoever knows its id
// and password may.

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** What a server told a client when it opened a session. */
export interface SessionSecret {
  readonly sessionId: bigint
  readonly password: Buffer
}

/** Reads the answer to a connect request; `undefined` when the server has turned the client away. */
export function secretOf(answer: Buffer): SessionSecret | undefined {
  // length, protocol version, timeout, session id, password
  if (answer.length < 40 || answer.readInt32BE(8) <= 0) return undefined
  const sessionId = answer.readBigInt64BE(12)
  return { sessionId, password: Buffer.from(answer.subarray(24, 40)) }
}

/** Ends the session; resolves when the server has. */
export async function expireSession(port: number, secret: SessionSecret): Promise<void> {
  const socket = connect(port, '127.0.0.1')
  try {
    const greeting = Buffer.alloc(45)
    greeting.writeInt32BE(10_000, 12)
    greeting.writeBigInt64BE(secret.sessionId, 16)
    greeting.writeInt32BE(16, 24)
    secret.password.copy(greeting, 28)
    await answerTo(socket, greeting)
    const close = Buffer.alloc(8)
    close.writeInt32BE(1, 0)
    close.writeInt32BE(-11, 4)
    await answerTo(socket, close)
  } finally {
    socket.destroy()
  }
}

async function answerTo(socket: Socket, body: Buffer): Promise<void> {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length)
  socket.write(Buffer.concat([length, body]))
  // A session that is over already gets no answer but the end of the connection.
  await Promise.race([once(socket, 'data'), once(socket, 'close')])
}
