/**
 * Arithmetic of producer sequence numbers, which wrap from 2^31 − 1 to 0 and are never negative.
 */

const MAX_SEQUENCE = 0x7fffffff

/** The sequence number `increment` places after `sequence`. */
export function incrementSequence(sequence: number, increment: number): number {
  const sum = sequence + increment
  return sum > MAX_SEQUENCE ? sum - MAX_SEQUENCE - 1 : sum
}

/** The sequence number `decrement` places before `sequence`. */
export function decrementSequence(sequence: number, decrement: number): number {
  const difference = sequence - decrement
  return difference < 0 ? difference + MAX_SEQUENCE + 1 : difference
}
