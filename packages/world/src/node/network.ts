// TCP and TLS of this machine. Accepted plain sockets are made from the raw handle, because Node's own `connection`
// event hands out a socket whose read buffers are allocated anew for each chunk: first-touched memory is the largest
// cost of receiving. When the runtime lacks the raw handle, plain `data` events do.

import net from 'node:net'
import type tls from 'node:tls'
import type { ConnectOptions, Connection, Listener, ListenOptions, Network } from '../network.ts'
import { WorldError } from '../world-error.ts'
import { secureContext } from './certificate.ts'
import { NodeConnection, readBuffer } from './connection.ts'
import { worldError } from './system-error.ts'

/** Loaded with the first TLS listener or connection: most processes have none, and save 2 MB and a few milliseconds. */
const loadTls = (): typeof tls => process.getBuiltinModule('node:tls')

type Accept = (connection: Connection) => void

/** The part of Node's listening handle that is used here. */
interface RawListener {
  onconnection?: (error: number | undefined, handle: RawStream | undefined) => void
}

/** The part of Node's stream handle that tells whether it can read into our memory. */
interface RawStream {
  useUserBuffer?: (buffer: Uint8Array) => void
}

/** The network of this machine. */
export const nodeNetwork: Network = { listen, connect }

async function listen(options: ListenOptions, accept: Accept): Promise<Listener> {
  const server = options.tls === undefined ? net.createServer() : tlsServer(options)
  const event = options.tls === undefined ? 'connection' : 'secureConnection'
  server.on(event, (socket: net.Socket) => {
    accept(tuned(socket, new NodeConnection(socket, false)))
  })
  // A client that fails its handshake is that client's problem.
  server.on('tlsClientError', () => {})
  const subject = `${options.host}:${options.port}`
  await new Promise<void>((resolve, reject) => {
    const refused = (error: Error): void => reject(worldError(error, subject, 'listen on'))
    server.once('error', refused)
    server.once('listening', () => {
      server.off('error', refused)
      if (options.tls === undefined) acceptHandles(server, accept)
      resolve()
    })
    const { host, port, backlog } = options
    server.listen({ host, port, ...(backlog === undefined ? {} : { backlog }) })
  })
  // What fails later is one `accept` (for want of descriptors); the next may work.
  server.on('error', () => {})
  const address = server.address()
  const bound = address === null || typeof address === 'string' ? undefined : address
  return {
    address: { host: bound?.address ?? options.host, port: bound?.port ?? options.port },
    close: () => {
      // The descriptor is closed at once; Node's own callback would wait for the open connections too.
      if (server.listening) server.close()
      return new Promise((resolve) => setImmediate(resolve))
    },
  }
}

function tlsServer({ tls: options = {} }: ListenOptions): tls.Server {
  const clientAuth = options.clientAuth ?? 'none'
  return loadTls().createServer({
    ...secureContext(options),
    requestCert: clientAuth !== 'none',
    rejectUnauthorized: clientAuth === 'required',
  })
}

/** Makes the sockets of a listening server ourselves, if Node lets us. */
function acceptHandles(server: net.Server, accept: Accept): void {
  const raw = (server as net.Server & { _handle?: RawListener | null })._handle
  if (typeof raw?.onconnection !== 'function') return
  const fallback = raw.onconnection
  raw.onconnection = function (this: RawListener, error, handle): void {
    if (error !== undefined && error !== 0) return fallback.call(this, error, handle)
    if (typeof handle?.useUserBuffer !== 'function') return fallback.call(this, error, handle)
    const feed = new Feed()
    // The handle is not in the documented options.
    const options = { handle, onread: feed } as unknown as net.SocketConstructorOpts
    const socket = new net.Socket(options)
    feed.connection = new NodeConnection(socket, true)
    accept(tuned(socket, feed.connection))
  }
}

/** Lets a socket read into the one read buffer, and hands that to the connection made of it. */
class Feed {
  readonly buffer: Buffer = readBuffer
  connection: NodeConnection | undefined

  readonly callback = (length: number): boolean => {
    this.connection?.receive(length)
    return true
  }
}

function tuned(socket: net.Socket, connection: NodeConnection): NodeConnection {
  socket.setNoDelay(true)
  socket.setKeepAlive(true)
  return connection
}

function connect(options: ConnectOptions): Promise<Connection> {
  const { host, port, signal } = options
  const subject = `${host}:${port}`
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason)
      return
    }
    const feed = new Feed()
    const socket =
      options.tls === undefined
        ? net.connect({ host, port, onread: feed })
        : loadTls().connect(clientOptions(options))
    const settle = (): void => {
      signal?.removeEventListener('abort', abort)
      socket.off('error', fail)
      socket.off('close', vanish)
    }
    const abort = (): void => {
      settle()
      socket.on('error', () => {})
      socket.destroy()
      reject(signal?.reason)
    }
    const fail = (error: Error): void => {
      settle()
      socket.on('error', () => {})
      socket.destroy()
      reject(worldError(error, subject, 'connect to'))
    }
    const vanish = (): void => {
      settle()
      reject(new WorldError('reset', subject, `connect to ${subject}: closed while connecting`))
    }
    socket.once('error', fail)
    socket.once('close', vanish)
    signal?.addEventListener('abort', abort, { once: true })
    socket.once(options.tls === undefined ? 'connect' : 'secureConnect', () => {
      settle()
      feed.connection = new NodeConnection(socket, options.tls === undefined)
      resolve(tuned(socket, feed.connection))
    })
  })
}

function clientOptions(options: ConnectOptions): tls.ConnectionOptions {
  const { host, port, tls: security = {} } = options
  const { serverName } = security
  const expected = serverName === false || serverName === undefined ? host : serverName
  return {
    host,
    port,
    ...secureContext(security),
    // Addresses are no server names (RFC 6066), but are checked against the certificate all the same.
    ...(net.isIP(expected) === 0 ? { servername: expected } : {}),
    checkServerIdentity: (_host, certificate) => {
      return serverName === false ? undefined : loadTls().checkServerIdentity(expected, certificate)
    },
  }
}
