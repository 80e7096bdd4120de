/**
 * Zigzag varints as records use them: small magnitudes of either sign take few bytes.
 *
 *   value   0  −1   1  −2  …  63 −64  64 …
 *   bytes  00  01  02  03  …  7e  7f  80 01 …
 *
 * Invariant: writers make the shortest form, as Kafka does; a varint has at most 5 bytes, a varlong
 * at most 10. These functions write without asking for room: the caller has made it.
 */

/**
 * Writes a varint of an int32 at `position`; returns the position after it. The usual one and two
 * bytes are written here, so that callers have no loop inlined into them.
 */
export function writeVarint(bytes: Buffer, value: number, position: number): number {
  const zigzag = (value << 1) ^ (value >> 31)
  if (zigzag >>> 7 === 0) {
    bytes[position] = zigzag
    return position + 1
  }
  if (zigzag >>> 14 === 0) {
    bytes[position] = zigzag | 0x80
    bytes[position + 1] = zigzag >>> 7
    return position + 2
  }
  return writeLongVarint(bytes, zigzag, position)
}

function writeLongVarint(bytes: Buffer, zigzag: number, position: number): number {
  let rest = zigzag
  let at = position
  while (rest >>> 7 !== 0) {
    bytes[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  bytes[at++] = rest
  return at
}

/** Writes a varlong of a safe integer at `position`; returns the position after it. */
export function writeVarlong(bytes: Buffer, value: number, position: number): number {
  const low = value | 0
  return low === value
    ? writeVarint(bytes, low, position)
    : writeWideVarlong(bytes, BigInt(value), position)
}

function writeWideVarlong(bytes: Buffer, value: bigint, position: number): number {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
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
  const zigzag = (value << 1) ^ (value >> 31)
  if (zigzag >>> 7 === 0) return 1
  if (zigzag >>> 14 === 0) return 2
  if (zigzag >>> 21 === 0) return 3
  return zigzag >>> 28 === 0 ? 4 : 5
}
