// What a partition must remember of its producers: Kafka's newest snapshot, and the batches behind it by the rules.

import type { ExpectedProducer, SegmentCase } from './segment-cases.ts'

type Remembered = { -readonly [Key in keyof ExpectedProducer]: ExpectedProducer[Key] } & {
  currentTxnFirstOffset?: number
}

/** The producers at the end of the case's log, by id; a broker trusts snapshots up to `recoveryPoint`. */
export function expectedProducers(
  { files, batches }: SegmentCase,
  recoveryPoint: number,
): unknown[] {
  const snapshots = Object.keys(files)
    .filter((name) => name.endsWith('.snapshot'))
    .map((name) => ({ offset: Number(name.split('.')[0]), name }))
    .filter(({ offset }) => offset <= recoveryPoint)
    .sort((one, other) => other.offset - one.offset)
  const [newest] = snapshots
  const producers = new Map<number, Remembered>()
  for (const producer of files[newest?.name ?? '']?.producers ?? []) {
    producers.set(producer.producerId, { ...producer })
  }
  for (const batch of batches) {
    if (batch.baseOffset < (newest?.offset ?? 0) || batch.producerId < 0) continue
    const producer: Remembered = producers.get(batch.producerId) ?? {
      producerId: batch.producerId,
      producerEpoch: -1,
      coordinatorEpoch: -1,
      lastTimestamp: -1,
      batches: [],
    }
    producers.set(batch.producerId, producer)
    if (batch.control) {
      if (producer.producerEpoch !== batch.producerEpoch) producer.batches = []
      producer.coordinatorEpoch = Number.parseInt(batch.records[0]?.value?.slice(4) ?? '', 16)
      delete producer.currentTxnFirstOffset
    } else {
      const remembered = {
        firstSeq: batch.baseSequence,
        lastSeq: batch.lastSequence,
        firstOffset: batch.baseOffset,
        lastOffset: batch.lastOffset,
        timestamp: batch.maxTimestamp,
      }
      producer.batches = [remembered]
      if (batch.transactional) producer.currentTxnFirstOffset ??= batch.baseOffset
    }
    producer.producerEpoch = batch.producerEpoch
    producer.lastTimestamp = batch.maxTimestamp
  }
  return byId([...producers.values()])
}

/** Snapshots list producers in no order. */
export function byId<T>(producers: readonly T[]): T[] {
  const id = (producer: T): number => (producer as { producerId: number }).producerId
  return producers.toSorted((one, other) => id(one) - id(other))
}
