// The memory of a group of appends as few buffers: the arena is filled in order, so that most appends lie behind each
// other and one call to the system takes them as one.

import type { ArenaSpan } from './append-arena.ts'

/** The bytes of the spans, in order; what lies together in memory is one buffer. */
export function joined(
  appends: readonly { readonly placed: { readonly span: ArenaSpan } }[],
): Buffer[] {
  const buffers: Buffer[] = []
  let first: ArenaSpan | undefined
  let end = 0
  for (const { placed } of appends) {
    const { span } = placed
    if (first !== undefined && first.chunk === span.chunk && end === span.start) {
      end = span.end
      continue
    }
    if (first !== undefined) buffers.push(first.chunk.bytes.subarray(first.start, end))
    first = span
    end = span.end
  }
  if (first !== undefined) buffers.push(first.chunk.bytes.subarray(first.start, end))
  return buffers
}
