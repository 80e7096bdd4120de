// Where reading begins: at an offset, at an end of the log, or at a time. And what happens in a partition without a valid
// position, Kafka's `auto.offset.reset`.

/** A place to read from. A timestamp is milliseconds since 1970: the first record that is not older. */
export type StartPosition = number | 'earliest' | 'latest' | { readonly timestamp: number }

/** What a partition without position does. `none`: it is an error. */
export type ResetPolicy =
  | { readonly kind: 'none' | 'earliest' | 'latest' }
  | { readonly kind: 'duration'; readonly durationMs: number }

const duration = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/

/** Reads `earliest`, `latest`, `none` or `by_duration:P…` (KIP-1106); undefined for anything else. */
export function resetPolicyOf(text: string): ResetPolicy | undefined {
  if (text === 'none' || text === 'earliest' || text === 'latest') return { kind: text }
  const match = duration.exec(text.replace(/^by_duration:/, ''))
  if (match === null || !text.startsWith('by_duration:') || text.endsWith('T')) return undefined
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0))
  const wholeHours = (days ?? 0) * 24 + (hours ?? 0)
  const durationMs = ((wholeHours * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0)) * 1000
  return match[0] === 'P' ? undefined : { kind: 'duration', durationMs }
}

/** Where the policy begins; undefined where it does not. `nowMs` is the wall clock. */
export function startOf(policy: ResetPolicy, nowMs: number): StartPosition | undefined {
  if (policy.kind === 'none') return undefined
  if (policy.kind === 'duration') return { timestamp: nowMs - policy.durationMs }
  return policy.kind
}
