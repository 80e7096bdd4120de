/**
 * The layout of a record batch of magic 2 (KIP-98), shared by everything that reads or writes one.
 *
 *   position  bytes  field
 *          0      8  base offset             outside the checksum: the leader assigns it
 *          8      4  length                  of all that follows, so the batch has length + 12 bytes
 *         12      4  partition leader epoch  outside the checksum: the leader assigns it
 *         16      1  magic                   2
 *         17      4  CRC-32C                 of every byte from the attributes to the end
 *         21      2  attributes              see below
 *         23      4  last offset delta       last offset minus base offset
 *         27      8  base timestamp          records count from it; the delete horizon if flagged
 *         35      8  max timestamp           the append time if flagged
 *         43      8  producer id             −1: not idempotent
 *         51      2  producer epoch          −1: not idempotent
 *         53      4  base sequence           −1: not idempotent
 *         57      4  record count
 *         61      …  records, compressed together if the attributes name a codec
 *
 * Attributes: bits 0-2 codec, 3 append time, 4 transactional, 5 control, 6 delete horizon set.
 *
 * Magic 0 and 1 share the first 17 bytes but for what stands at 12: there it is the checksum of the
 * message (see `legacy-format.ts`). The magic byte is at 16 in all of them.
 */

export const BASE_OFFSET = 0
export const LENGTH = 8
export const LEADER_EPOCH = 12
export const MAGIC = 16
export const CRC = 17
export const ATTRIBUTES = 21
export const LAST_OFFSET_DELTA = 23
export const BASE_TIMESTAMP = 27
export const MAX_TIMESTAMP = 35
export const PRODUCER_ID = 43
export const PRODUCER_EPOCH = 51
export const BASE_SEQUENCE = 53
export const RECORD_COUNT = 57

/** Bytes of the header, which is also where the records begin. */
export const BATCH_HEADER_BYTES = 61

/** Bytes before the first one that the length field counts. */
export const LENGTH_OVERHEAD_BYTES = 12

/** Bytes that must be there before the magic of a batch can be told. */
export const BYTES_UP_TO_MAGIC = 17

export const CODEC_MASK = 0b111
export const APPEND_TIME_FLAG = 1 << 3
export const TRANSACTIONAL_FLAG = 1 << 4
export const CONTROL_FLAG = 1 << 5
export const DELETE_HORIZON_FLAG = 1 << 6

/** "None" in the producer id, producer epoch, sequence, timestamp and leader epoch fields. */
export const NONE = -1
