/**
 * Zigzag varints as records use them: small magnitudes of either sign take few bytes.
 *
 *   value   0  −1   1  −2  …  63 −64  64 …
 *   bytes  00  01  02  03  …  7e  7f  80 01 …
 *
 * Invariant: writers make the shortest form, as Kafka does; a varint has at most 5 bytes, a varlong
 * at most 10. These functions write without asking for room: the caller has made it.
 */

const TWO_TO_31 = 2147483648

/** Writes a varint of an int32 at `position`; returns the position after it. */
export function writeVarint(bytes: Buffer, value: number, position: number): number {
  let rest = (value << 1) ^ (value >> 31)
  let at = position
  while ((rest & ~0x7f) !== 0) {
    bytes[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}

/** Writes a varlong of a safe integer at `position`; returns the position after it. */
export function writeVarlong(bytes: Buffer, value: number, position: number): number {
  if (value < TWO_TO_31 && value >= -TWO_TO_31) return writeVarint(bytes, value, position)
  let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n))
  let at = position
  while (rest > 0x7fn) {
    bytes[at++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  bytes[at++] = Number(rest)
  return at
}

/** Bytes of the varint of an int32. */
export function varintBytes(value: number): number {
  const rest = (value << 1) ^ (value >> 31)
  if ((rest & ~0x7f) === 0) return 1
  return Math.ceil((32 - Math.clz32(rest)) / 7)
}

/** Bytes of the varlong of a safe integer. */
export function varlongBytes(value: number): number {
  if (value < TWO_TO_31 && value >= -TWO_TO_31) return varintBytes(value)
  const magnitude = value < 0 ? -value - 1 : value
  return Math.ceil((Math.floor(Math.log2(magnitude)) + 2) / 7)
}
