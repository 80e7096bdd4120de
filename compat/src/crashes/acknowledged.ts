// What a broker has acknowledged, and whether it is all still there: produced and read back over the wire.

import {
  BatchBuilder,
  BatchWalk,
  Fetch,
  Metadata,
  Produce,
  readRecords,
  type ResponseOf,
} from '@samsa/protocol'
import { WireClient } from '../wire/wire-client.ts'

/** The topic that all of it goes to; it has one partition. */
const topic = 'acknowledged'

/** Records that a broker has promised to keep. */
export class Acknowledged {
  /** Value by offset. */
  readonly #records = new Map<number, string>()
  #sent = 0

  get count(): number {
    return this.#records.size
  }

  /** Has the topic created. */
  async prepare(port: number): Promise<void> {
    using client = await WireClient.connect(port)
    for (;;) {
      const request = { topics: [{ name: topic }], allowAutoTopicCreation: true }
      const answer = (await client.ask(Metadata, 9, request)) as ResponseOf<typeof Metadata>
      if (answer.topics[0]?.errorCode === 0) return
    }
  }

  /**
   * Produces batches of about `bytes` on one connection, one at a time, until `goesOn` says no or the connection breaks.
   * Resolves to the error codes that were answered instead of acknowledgements.
   */
  async produce(port: number, bytes: number, goesOn: () => boolean): Promise<number[]> {
    const refused: number[] = []
    try {
      using client = await WireClient.connect(port)
      while (goesOn()) {
        this.#sent += 1
        const value = `${this.#sent}:${'x'.repeat(bytes)}`
        const builder = new BatchBuilder(bytes * 2)
        builder.append(Date.now(), null, Buffer.from(value))
        const partitionData = [{ index: 0, records: Buffer.from(builder.build()) }]
        const request = { acks: -1, timeoutMs: 5000, topicData: [{ name: topic, partitionData }] }
        const answer = (await client.ask(Produce, 9, request)) as ResponseOf<typeof Produce>
        const partition = answer.responses[0]?.partitionResponses[0]
        if (partition?.errorCode === 0) this.#note(partition.baseOffset, value)
        else refused.push(partition?.errorCode ?? -1)
      }
    } catch (error) {
      // The broker is gone; what was under way was not acknowledged.
      if (!(error instanceof Error)) throw error
    }
    return refused
  }

  #note(offset: number, value: string): void {
    const known = this.#records.get(offset)
    if (known !== undefined) {
      throw new Error(
        `offset ${offset} was given to ${known.slice(0, 20)} and ${value.slice(0, 20)}`,
      )
    }
    this.#records.set(offset, value)
  }

  /** Reads everything back; resolves to a sentence about the first record that is not as it was acknowledged. */
  async missing(port: number): Promise<string | undefined> {
    const found = await readAll(port)
    for (const [offset, value] of this.#records) {
      const stored = found.get(offset)
      if (stored === value) continue
      const holds = stored === undefined ? 'nothing' : stored.slice(0, 20)
      return `offset ${offset} was acknowledged as ${value.slice(0, 20)} and holds ${holds}`
    }
    return undefined
  }
}

async function readAll(port: number): Promise<Map<number, string>> {
  using client = await WireClient.connect(port)
  const found = new Map<number, string>()
  for (let offset = 0; ; ) {
    const partitions = [{ partition: 0, fetchOffset: offset, partitionMaxBytes: 4 << 20 }]
    const request = {
      maxWaitMs: 0,
      minBytes: 0,
      maxBytes: 8 << 20,
      topics: [{ topic, partitions }],
    }
    const answer = (await client.ask(Fetch, 11, request)) as ResponseOf<typeof Fetch>
    const partition = answer.responses[0]?.partitions[0]
    if (partition === undefined || partition.errorCode !== 0) {
      throw new Error(`a fetch at ${offset} answers ${partition?.errorCode}`)
    }
    const walk = new BatchWalk(partition.records ?? Buffer.alloc(0))
    const before = offset
    while (walk.next()) {
      for (const record of readRecords(walk.batch).records) {
        found.set(record.offset, String(record.value))
      }
      offset = Math.max(offset, walk.batch.nextOffset)
    }
    if (offset === before) return found
  }
}
