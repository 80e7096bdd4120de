/**
 * The compiled codec: straight-line JavaScript for one message version, made on first use with
 * `new Function`.
 *
 * Compiled code keeps buffer and position in local variables and checks room once for each run of
 * fixed-size fields. It does not say what is wrong: it throws `MISFIT`, or any TypeError of a
 * misshapen value, and the caller asks the interpreter. Definitions are constants of our source;
 * no text from the network comes here.
 */

import { unknownTagsMax } from '../bytes/limits.ts'
import type { Codec } from './codec.ts'
import { compileDecoder } from './compiled-decode.ts'
import { compileEncoder } from './compiled-encode.ts'
import type { StructShape } from './plan.ts'

/**
 * Whether this process may generate code; `--disallow-code-generation-from-strings` and some
 * sandboxes forbid it.
 */
export const canCompile: boolean = detect()

function detect(): boolean {
  try {
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
    return new Function('return true')() === true
  } catch {
    return false
  }
}

/** A codec of generated code for a plan. Throws EvalError where `canCompile` is false. */
export function compile(plan: StructShape): Codec {
  const decode = compileDecoder(plan)
  const encode = compileEncoder(plan)
  return {
    position: 0,
    spareTags: 0,
    decode(buffer, position): unknown {
      this.spareTags = unknownTagsMax(buffer.length - position)
      return decode(buffer, position, buffer.length, this)
    },
    encode,
  }
}
