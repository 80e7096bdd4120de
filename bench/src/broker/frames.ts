// Requests encoded once and sent again and again, so that the load generator costs next to nothing beside the broker.

import { BatchBuilder, Fetch, Produce } from '@samsa/protocol'
import { encodeRequest } from '@samsa/network'

/** A batch of `recordCount` records of `valueBytes` random-looking bytes each. */
export function batchOf(recordCount: number, valueBytes: number): Buffer {
  const builder = new BatchBuilder()
  const value = Buffer.alloc(valueBytes)
  for (let i = 0; i < valueBytes; i++) value[i] = (i * 31) & 0xff
  // Retention goes by timestamps: old ones would be deleted under the readers.
  const nowMs = Date.now()
  for (let i = 0; i < recordCount; i++) builder.append(nowMs, null, value)
  return Buffer.from(builder.build({}))
}

/** A Produce request (version 9, acks=all) of one batch for one partition, as one buffer. */
export function produceFrame(topic: string, partition: number, records: Buffer): Buffer {
  const request = {
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ name: topic, partitionData: [{ index: partition, records }] }],
  }
  return Buffer.concat(encodeRequest(Produce, 9, request, 1, 'load'))
}

/** A Fetch request (version 11, no session) of up to `maxBytes` of one partition. */
export function fetchFrame(
  topic: string,
  partition: number,
  fetchOffset: number,
  maxBytes: number,
): Buffer {
  const request = {
    maxWaitMs: 500,
    minBytes: 1,
    maxBytes,
    topics: [{ topic, partitions: [{ partition, fetchOffset, partitionMaxBytes: maxBytes }] }],
  }
  return Buffer.concat(encodeRequest(Fetch, 11, request, 1, 'load'))
}
