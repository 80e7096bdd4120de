// 64-bit integers as numbers, without a bigint on the way. Values on disk beyond ±2^53 lose precision here; offsets,
// timestamps and producer ids do not get there.

/** The signed 64-bit big-endian integer at `at`. */
export function readInt64(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4)
}

/** Writes a signed 64-bit big-endian integer at `at`. */
export function writeInt64(bytes: Buffer, at: number, value: number): void {
  const high = Math.floor(value / 0x1_0000_0000)
  bytes.writeInt32BE(high, at)
  bytes.writeUInt32BE(value - high * 0x1_0000_0000, at + 4)
}
