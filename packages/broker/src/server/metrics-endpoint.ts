// Metrics as Prometheus text on an HTTP port of its own (metrics.listener): GET /metrics, one answer a connection.

import {
  type Address,
  type Connection,
  type Listener,
  prometheusText,
  type World,
} from '@samsa/world'

/** More than any scraper sends. */
const requestBytesMax = 8192

/** The open port. */
export class MetricsEndpoint {
  readonly address: Address
  readonly #listener: Listener
  readonly #open: Set<Connection>

  private constructor(listener: Listener, open: Set<Connection>) {
    this.address = listener.address
    this.#listener = listener
    this.#open = open
  }

  /** Opens the port. Rejects with a WorldError that names the address. */
  static async open(world: World, host: string, port: number): Promise<MetricsEndpoint> {
    const open = new Set<Connection>()
    const listener = await world.network.listen({ host, port }, (connection) => {
      open.add(connection)
      serve(world, connection, () => open.delete(connection))
    })
    return new MetricsEndpoint(listener, open)
  }

  async close(): Promise<void> {
    await this.#listener.close()
    for (const connection of this.#open) connection.destroy()
  }
}

function serve(world: World, connection: Connection, closed: () => void): void {
  let request = ''
  connection.start({
    data: (chunk) => {
      request += chunk.toString('latin1')
      if (request.length > requestBytesMax) connection.destroy()
      if (!request.includes('\r\n\r\n')) return
      const found = /^(?:GET|HEAD) \/metrics[ ?]/.test(request)
      const body = Buffer.from(found ? prometheusText(world.metrics) : 'Metrics are at /metrics.\n')
      const head =
        `HTTP/1.1 ${found ? '200 OK' : '404 Not Found'}\r\n` +
        `Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n` +
        `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n`
      connection.write([Buffer.from(head), ...(request.startsWith('HEAD') ? [] : [body])])
      connection.end()
    },
    drained: () => {},
    closed,
  })
}
