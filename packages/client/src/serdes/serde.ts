// From values to the bytes of a record and back. A serde is bound to nothing: the same one serves keys and values of any
// topic.

/** What a serde is told of the place its bytes go to or come from. */
export interface SerdePlace {
  readonly topic: string
  readonly part: 'key' | 'value'
}

/** Writes and reads values of one type. Bytes may be a slice of a larger buffer: keep a copy, not the slice. */
export interface Serde<T> {
  /** The bytes of a value; null is Kafka's null: no key, or a tombstone. Throws what is wrong with the value. */
  serialize(value: T, place: SerdePlace): Uint8Array | null
  /** The value of bytes. Throws what is wrong with them. */
  deserialize(bytes: Buffer | null, place: SerdePlace): T
}

/** The type of the values of a serde. */
type ValueOf<S> = S extends Serde<infer T> ? T : never
