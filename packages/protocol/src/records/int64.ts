/**
 * 64-bit integers of record batches as JavaScript numbers.
 *
 * Invariant: a value within ±(2^53 − 1) is read and written exactly; anything wider is read as the
 * nearest double, which is never a safe integer, so `Number.isSafeInteger` tells the two apart.
 */

const TWO_TO_32 = 4294967296

/** Reads the big-endian int64 at `position` without making a BigInt. */
export function readInt64(bytes: Buffer, position: number): number {
  return bytes.readInt32BE(position) * TWO_TO_32 + bytes.readUInt32BE(position + 4)
}

/** Writes a safe integer as a big-endian int64 at `position`. */
export function writeInt64(bytes: Buffer, value: number, position: number): void {
  const high = Math.floor(value / TWO_TO_32)
  bytes.writeInt32BE(high, position)
  bytes.writeUInt32BE(value - high * TWO_TO_32, position + 4)
}
