// Committed offsets as they are read when a partition is loaded: the bulk of every __consumer_offsets, a million of them
// in a second. The layouts are read by hand and the names, which come again and again, are made once.
//
//   key        int16 type | string group | string topic | int32 partition
//   value 3    int16 version | int64 offset | int32 leader epoch | string metadata | int64 commit timestamp
//   value 4    the same with compact strings, then tagged fields: 0 is the topic id
//
// Invariant: gives what the codec gives; whatever looks different from the above is left to the codec.

import type { ReplayedRecord } from '../../coordinators/state-machine.ts'
import { NO_BYTES } from '../classic/messages.ts'
import type { CommittedOffset, OffsetKey } from '../offsets/offset-store.ts'
import { decodeOffsetKey, decodeOffsetValue } from './offset-records.ts'

/** Slots of the cache; a power of two. */
const SLOTS = 4_096
/** Longer texts are not worth comparing. */
const MAX_CACHED_BYTES = 64

/** Texts by their bytes: the last one seen in each slot. */
class TextCache {
  readonly #bytes: (Buffer | undefined)[] = Array.from({ length: SLOTS })
  readonly #texts: (string | undefined)[] = Array.from({ length: SLOTS })
  readonly #encoding: 'utf8' | 'base64url'

  constructor(encoding: 'utf8' | 'base64url') {
    this.#encoding = encoding
  }

  text(buffer: Buffer, start: number, end: number): string {
    if (end - start > MAX_CACHED_BYTES) return buffer.toString(this.#encoding, start, end)
    let hash = end - start
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + (buffer[i] ?? 0)) | 0
    const slot = (hash ^ (hash >>> 13)) & (SLOTS - 1)
    const cached = this.#bytes[slot]
    if (cached !== undefined && isSame(cached, buffer, start, end)) return this.#texts[slot] ?? ''
    const text = buffer.toString(this.#encoding, start, end)
    this.#bytes[slot] = Buffer.from(buffer.subarray(start, end))
    this.#texts[slot] = text
    return text
  }
}

function isSame(cached: Buffer, buffer: Buffer, start: number, end: number): boolean {
  if (cached.length !== end - start) return false
  for (let i = 0; i < cached.length; i++) if (cached[i] !== buffer[start + i]) return false
  return true
}

/** Reads many offset records; one serves all partitions. */
export class OffsetReader {
  readonly #names = new TextCache('utf8')
  readonly #topicIds = new TextCache('base64url')

  key(record: ReplayedRecord): OffsetKey {
    const { bytes, keyPosition: start } = record
    const last = start + record.keyLength - 4
    const groupEnd = last < start + 4 ? -1 : start + 4 + bytes.readInt16BE(start + 2)
    if (groupEnd < start + 4 || groupEnd + 2 > last) return codecKey(record)
    const topicEnd = groupEnd + 2 + bytes.readInt16BE(groupEnd)
    if (topicEnd < groupEnd + 2 || topicEnd !== last) return codecKey(record)
    return {
      groupId: this.#names.text(bytes, start + 4, groupEnd),
      topic: this.#names.text(bytes, groupEnd + 2, topicEnd),
      partition: bytes.readInt32BE(topicEnd),
    }
  }

  /** `order` is the record's place in the log. */
  value(record: ReplayedRecord, order: number): CommittedOffset {
    const { bytes, valuePosition: start } = record
    const version = record.valueLength < 24 ? -1 : bytes.readInt16BE(start)
    if (version === 3) return this.#version3(record, order)
    if (version === 4) return this.#version4(record, order)
    return codecValue(record, order)
  }

  #version3(record: ReplayedRecord, order: number): CommittedOffset {
    const { bytes, valuePosition: start } = record
    const metadataStart = start + 16
    const metadataEnd = metadataStart + bytes.readInt16BE(start + 14)
    if (metadataEnd < metadataStart || metadataEnd + 8 !== start + record.valueLength) {
      return codecValue(record, order)
    }
    return this.#committed(record, { metadataStart, metadataEnd }, undefined, order)
  }

  #version4(record: ReplayedRecord, order: number): CommittedOffset {
    const { bytes, valuePosition: start } = record
    // One byte says the length of metadata up to 126 bytes.
    const length = (bytes[start + 14] ?? 0) - 1
    const metadataStart = start + 15
    const metadataEnd = metadataStart + length
    const tags = metadataEnd + 8
    const rest = start + record.valueLength - tags
    if (length < 0 || length > 126 || rest < 1) return codecValue(record, order)
    const hasNone = rest === 1 && bytes[tags] === 0
    const hasTopicId =
      rest === 19 && bytes[tags] === 1 && bytes[tags + 1] === 0 && bytes[tags + 2] === 16
    if (!hasNone && !hasTopicId) return codecValue(record, order)
    const topicId = hasTopicId ? this.#topicIds.text(bytes, tags + 3, tags + 19) : undefined
    return this.#committed(record, { metadataStart, metadataEnd }, topicId, order)
  }

  #committed(
    record: ReplayedRecord,
    {
      metadataStart,
      metadataEnd,
    }: { readonly metadataStart: number; readonly metadataEnd: number },
    topicId: string | undefined,
    order: number,
  ): CommittedOffset {
    const { bytes, valuePosition: start } = record
    const offset = readInt64(bytes, start + 2)
    const commitTimestampMs = readInt64(bytes, metadataEnd)
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(commitTimestampMs)) {
      return codecValue(record, order)
    }
    return {
      offset,
      leaderEpoch: bytes.readInt32BE(start + 10),
      metadata:
        metadataStart === metadataEnd ? '' : this.#names.text(bytes, metadataStart, metadataEnd),
      commitTimestampMs,
      expireTimestampMs: -1,
      topicId,
      order,
    }
  }
}

function codecKey(record: ReplayedRecord): OffsetKey {
  return decodeOffsetKey(record.key() ?? NO_BYTES)
}

function codecValue(record: ReplayedRecord, order: number): CommittedOffset {
  return decodeOffsetValue(record.value() ?? NO_BYTES, order)
}

function readInt64(buffer: Buffer, position: number): number {
  return buffer.readInt32BE(position) * 0x1_0000_0000 + buffer.readUInt32BE(position + 4)
}
