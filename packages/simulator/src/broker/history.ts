// What clients did and saw, and the rules that must hold whatever happened to the broker:
//   - a record that was acknowledged is read at its offset, with its value;
//   - an offset that was ever read has one value, for all readers and all times;
//   - nothing is read that was not sent; what an idempotent producer sent is there at most once.

interface Sent {
  readonly partition: number
  readonly isIdempotent: boolean
  /** Known once it is acknowledged. */
  offset: number | undefined
}

/** The history of one story. */
export class History {
  readonly #sent = new Map<string, Sent>()
  /** Values by partition and offset, as anybody ever saw them. */
  readonly #seen = new Map<string, string>()
  acknowledged = 0
  unknown = 0
  read = 0

  /** A value is about to be sent; each value is sent by one call only. */
  sending(value: string, partition: number, isIdempotent: boolean): void {
    this.#sent.set(value, { partition, isIdempotent, offset: undefined })
  }

  /** The broker said that it has the value, and where. */
  acknowledge(value: string, offset: number): void {
    const sent = this.#sent.get(value)
    if (sent === undefined) throw new Error(`${value} was acknowledged but never sent`)
    sent.offset = offset
    this.#see(sent.partition, offset, value)
  }

  /** A reader got the value. */
  saw(partition: number, offset: number, value: string): void {
    this.read++
    const sent = this.#sent.get(value)
    if (sent === undefined) throw new Error(`${value} was read but never sent`)
    if (sent.partition !== partition) throw new Error(`${value} was read in another partition`)
    this.#see(partition, offset, value)
  }

  /** `content` is all of a partition, read after everything was mended. */
  check(partition: number, content: ReadonlyMap<number, string>): void {
    const places = new Map<string, number>()
    for (const [offset, value] of content) {
      const before = places.get(value)
      if (before !== undefined && this.#sent.get(value)?.isIdempotent === true) {
        throw new Error(`${value} is there twice, at ${before} and at ${offset}`)
      }
      places.set(value, offset)
    }
    for (const [value, sent] of this.#sent) {
      if (sent.partition !== partition || sent.offset === undefined) continue
      const found = content.get(sent.offset)
      if (found !== value) {
        throw new Error(
          `${value} was acknowledged at ${partition}/${sent.offset}; there is ${found}`,
        )
      }
    }
  }

  #see(partition: number, offset: number, value: string): void {
    const place = `${partition}/${offset}`
    const before = this.#seen.get(place)
    if (before !== undefined && before !== value) {
      throw new Error(`offset ${place} held ${before} and then ${value}`)
    }
    this.#seen.set(place, value)
  }
}
