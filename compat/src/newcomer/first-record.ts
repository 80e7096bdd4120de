// A client that waits for a broker: how soon after a start is the first record acknowledged?

import { setTimeout as delay } from 'node:timers/promises'
import { BatchBuilder, Metadata, Produce } from '@samsa/protocol'
import { WireClient } from '../wire/wire-client.ts'

/** Creates a topic by asking for it and resolves when a record in it is acknowledged, or when `hasEnded`. */
export async function firstRecord(port: number, hasEnded: () => boolean): Promise<void> {
  while (!hasEnded()) {
    try {
      using client = await WireClient.connect(port)
      await client.ask(Metadata, 9, { topics: [{ name: 'first' }], allowAutoTopicCreation: true })
      const builder = new BatchBuilder()
      builder.append(Date.now(), null, Buffer.from('hello'))
      const records = Buffer.from(builder.build({}))
      const partitionData = [{ index: 0, records }]
      const topicData = [{ name: 'first', partitionData }]
      const answer = await client.ask(Produce, 9, { acks: -1, timeoutMs: 5000, topicData })
      const text = JSON.stringify(answer)
      if (text.includes('"errorCode":0')) return
    } catch {
      // Not listening yet.
    }
    await delay(5)
  }
}
