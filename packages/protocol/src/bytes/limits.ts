/** Limits that Kafka sets beyond those of its length fields. */

/**
 * Java refuses longer strings in both directions, whatever the version's length field could say.
 */
export const MAX_STRING_BYTES = 32767
