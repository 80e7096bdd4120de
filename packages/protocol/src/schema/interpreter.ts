/**
 * The codec made of closures: slower than the compiled one, and plainer.
 *
 * It is the oracle of the differential test, the codec where code generation is forbidden, and
 * the one that tells what is wrong: compiled code only notices that something is, and the
 * interpreter is run again for the exact field and byte.
 */

import { ByteReader } from '../bytes/reader.ts'
import type { Codec } from './codec.ts'
import { structDecoder } from './interpreted-decode.ts'
import { structEncoder } from './interpreted-encode.ts'
import type { StructShape } from './plan.ts'

/** A codec of closures for a plan. */
export function interpret(plan: StructShape): Codec {
  const read = structDecoder(plan)
  const write = structEncoder(plan)
  return {
    position: 0,
    spareTags: 0,
    decode(buffer, position): unknown {
      const reader = new ByteReader(buffer, position)
      const value = read(reader)
      this.position = reader.position
      return value
    },
    encode: write,
  }
}
