/** Limits beyond those of the length fields: Kafka's own, and one that keeps memory in bounds. */

/**
 * Java refuses longer strings in both directions, whatever the version's length field could say.
 */
export const MAX_STRING_BYTES = 32767

/**
 * How many unknown tagged fields a message of so many bytes may have. Each takes two bytes or more
 * and becomes an object of a hundred: without a bound, a large request full of them would fill the
 * heap. Honest ones stand beside other fields and stay far below.
 */
export function unknownTagsMax(messageBytes: number): number {
  return 64 + (messageBytes >> 4)
}
