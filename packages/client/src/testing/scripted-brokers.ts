// Brokers that say what a test tells them, on machines of a simulation: for what a real broker does only in a cluster, at the
// right moment.

import { ReceiveBudget, readRequestHead, ServerConnection, SlabPool } from '@samsa/network'
import {
  type Api,
  ApiVersions,
  type RequestOf,
  requestHeaderVersion,
  type ResponseInput,
  responseHeaderVersion,
} from '@samsa/protocol'
import type { Simulation } from '@samsa/world/simulated'

/** What a broker answers to one API. */
interface Answer {
  readonly api: Api
  readonly encode: (version: number, request: Buffer, at: number) => Promise<Buffer>
}

/** What a broker answers to one API; the types are those of its messages. */
export function answers<A extends Api>(
  api: A,
  answer: (request: RequestOf<A>) => ResponseInput<A> | Promise<ResponseInput<A>>,
): Answer {
  const { request, response } = api
  return {
    api,
    encode: async (version, bytes, at) => {
      const decoded = request.decode(version, bytes, at) as RequestOf<A>
      return response.encode(version, (await answer(decoded)) as never)
    },
  }
}

/** Port of all scripted brokers. */
export const scriptedPort = 9092

/** A broker on the machine `host` that serves these APIs in all versions we know. */
export async function startScripted(
  simulation: Simulation,
  host: string,
  script: readonly Answer[],
): Promise<void> {
  const known = script.map(({ api }) => ({
    apiKey: api.key,
    minVersion: api.versions[0],
    maxVersion: api.versions[1],
  }))
  const own = answers(ApiVersions, () => ({ apiKeys: known }))
  const all = new Map([own, ...script].map((one) => [one.api.key, one]))
  const { network } = simulation.node(host).world
  await network.listen({ host, port: scriptedPort }, (connection) => {
    const server = new ServerConnection(
      connection,
      {
        overlaps: () => true,
        start: (exchange) => {
          void answerTo(all, exchange.request).then((buffers) => exchange.answer(buffers))
        },
        refused: () => {},
        closed: () => {},
      },
      {
        slabs: new SlabPool(),
        budget: new ReceiveBudget(() => Number.POSITIVE_INFINITY),
        maxFrameBytes: () => 1_000_000,
        maxUnsentBytes: 1_000_000,
      },
    )
    connection.start(server)
  })
}

/** Header and body, length included. */
async function answerTo(all: ReadonlyMap<number, Answer>, bytes: Buffer): Promise<Buffer[]> {
  // What a frame holds is given back when it is answered; an answer may take its time.
  const request = Buffer.from(bytes)
  const version = request.readInt16BE(2)
  const one = all.get(request.readInt16BE(0))
  if (one === undefined) throw new Error(`nothing answers API ${request.readInt16BE(0)}`)
  const head = readRequestHead(request, requestHeaderVersion(one.api, version) === 2)
  const body = await one.encode(version, request, head.end)
  const isFlexible = responseHeaderVersion(one.api, version) === 1
  const header = Buffer.alloc(isFlexible ? 9 : 8)
  header.writeInt32BE(header.length - 4 + body.length)
  header.writeInt32BE(head.correlationId, 4)
  return [header, body]
}
