// What a leader's append answers with.

/** What became of a leader's append. */
export interface AppendInfo {
  readonly baseOffset: number
  readonly lastOffset: number
  /** Milliseconds; -1 where the topic keeps the producers' own timestamps. */
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
  /** The batch was in the log already; the offsets are those it got then. */
  readonly isDuplicate: boolean
}
