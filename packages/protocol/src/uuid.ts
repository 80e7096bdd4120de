/**
 * Kafka's uuid: 16 bytes, written by people as 22 letters of base64url without padding.
 *
 * Samsa holds a uuid as that string: it compares with `===`, is a map's key and reads in a log
 * line, and one call of Node's base64 turns it into bytes and back. Invariant: a decoded uuid is
 * always canonical (22 letters, the last one with its four spare bits zero), so equal bytes are
 * equal strings.
 */

/** A uuid in Kafka's 22-letter form. */
export type Uuid = string

/** Sixteen zero bytes: what Kafka sends where it has no id. */
export const ZERO_UUID: Uuid = 'AAAAAAAAAAAAAAAAAAAAAA'

/** Kafka's reserved id of the metadata topic, `Uuid.ONE_UUID`. */
export const ONE_UUID: Uuid = 'AAAAAAAAAAAAAAAAAAAAAQ'

const CANONICAL = /^[A-Za-z0-9_-]{21}[AQgw]$/

/** Whether a text is a uuid in canonical 22-letter form. */
export function isUuid(text: string): boolean {
  return CANONICAL.test(text)
}

/** The uuid of 16 bytes at a position. The caller has checked that they are there. */
export function uuidFromBytes(bytes: Buffer, position = 0): Uuid {
  const words =
    bytes[position]! | bytes[position + 1]! | bytes[position + 2]! | bytes[position + 3]!
  if (words === 0 && isZero(bytes, position)) return ZERO_UUID
  return bytes.toString('base64url', position, position + 16)
}

function isZero(bytes: Buffer, position: number): boolean {
  for (let i = 4; i < 16; i++) if (bytes[position + i] !== 0) return false
  return true
}

/**
 * Writes the 16 bytes of a uuid; false, and nothing promised of the bytes, when the text is not
 * one.
 */
export function writeUuid(bytes: Buffer, position: number, uuid: Uuid): boolean {
  if (uuid === ZERO_UUID) {
    bytes.fill(0, position, position + 16)
    return true
  }
  if (typeof uuid !== 'string' || uuid.length !== 22) return false
  return bytes.write(uuid, position, 16, 'base64url') === 16
}

/**
 * The 16 bytes of a uuid. Throws RangeError for a text that is none: check user input with
 * `isUuid`.
 */
export function uuidToBytes(uuid: Uuid): Buffer {
  const bytes = Buffer.allocUnsafe(16)
  if (!writeUuid(bytes, 0, uuid)) throw new RangeError(`${uuid} is not a uuid of 22 letters`)
  return bytes
}
