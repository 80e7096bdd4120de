/** What is fuzzed, and with what. */

/** Something that is given bytes of any kind and must give a value or refuse them properly. */
export interface Target {
  readonly name: string
  /** Bytes that it takes: mutations start from them. */
  readonly seeds: readonly Buffer[]
  /** Throws for bytes that it does not take; `ProtocolError` only. */
  run(bytes: Buffer): void
}
