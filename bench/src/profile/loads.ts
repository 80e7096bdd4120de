// The loads that can be profiled, each a steady stream of one kind of request against a Samsa broker.

import { consume } from '../broker/consume.ts'
import { batchOf, produceFrame } from '../broker/frames.ts'
import { pace, saturate } from '../broker/load.ts'

/** The topic that the loads write to and read from. */
export const loadTopic = 'load'

/** Puts a broker under load for some seconds; resolves to the number of requests. */
export type Load = (port: number, seconds: number) => Promise<number>

/** Bytes a Fetch of the consuming load asks for. */
const fetchBytes = 1 << 20

function produce(recordCount: number, valueBytes: number, connections: number, inFlight: number) {
  const frame = produceFrame(loadTopic, 0, batchOf(recordCount, valueBytes))
  return async (port: number, seconds: number): Promise<number> =>
    (await saturate(port, frame, { connections, inFlight, seconds })).requests
}

/** What `npm run profile -- NAME` can measure. */
export const loads: Readonly<Record<string, Load>> = {
  'produce-16k': (port, seconds) => produce(15, 1024, 1, 5)(port, seconds),
  'produce-1m': (port, seconds) => produce(990, 1024, 1, 5)(port, seconds),
  'produce-single': (port, seconds) => produce(1, 100, 4, 16)(port, seconds),
  'produce-2000': async (port, seconds) => {
    const frame = produceFrame(loadTopic, 0, batchOf(1, 100))
    return (await pace(port, frame, { perSecond: 2000, seconds: seconds })).requests
  },
  consume: async (port, seconds) => {
    await produce(990, 1024, 1, 5)(port, 0.5)
    const { amount } = await consume(port, loadTopic, seconds)
    return Math.round((amount * 1e9) / fetchBytes)
  },
}
