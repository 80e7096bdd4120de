// A running fingerprint of everything that happened. Equal traces have equal hashes; that two different ones collide
// is as likely as 1 in 2^64.

const textHashes = new Map<string, number>()
const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)

/** Digest of a sequence of facts, the order included. */
export class TraceHash {
  #high = 0x9e3779b9
  #low = 0x7f4a7c15

  /** Adds what happened, when, to whom, and how many bytes it moved. */
  add(timeMs: number, subject: string, what: string, bytes: number): void {
    double[0] = timeMs
    this.#mix(words[0] ?? 0)
    this.#mix(words[1] ?? 0)
    this.#mix(textHash(subject))
    this.#mix(textHash(what))
    this.#mix(bytes)
  }

  /** Sixteen hexadecimal digits. */
  get value(): string {
    return hex(this.#high) + hex(this.#low)
  }

  #mix(word: number): void {
    this.#low = Math.imul(this.#low ^ word, 0x85ebca6b)
    this.#low ^= this.#low >>> 15
    this.#high = Math.imul((this.#high ^ this.#low) + word, 0xc2b2ae35)
    this.#high ^= this.#high >>> 13
  }
}

function textHash(text: string): number {
  const known = textHashes.get(text)
  if (known !== undefined) return known
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  if (textHashes.size > 100_000) textHashes.clear()
  textHashes.set(text, hash)
  return hash
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0')
}
