// Chance from a seed: sfc32, seeded through a mixing hash, so that neighbouring seeds have nothing in common. Each node
// and each source of faults draws from a fork of its own: one more draw here does not change what happens there.

import type { Random } from '../random.ts'

/** A reproducible source of random values. */
export class SeededRandom implements Random {
  readonly #seed: string
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** Equal seeds give equal sequences. */
  constructor(seed: number | string) {
    this.#seed = String(seed)
    const hash = hashOf(this.#seed)
    this.#a = mix(hash)
    this.#b = mix(hash + 0x9e3779b9)
    this.#c = mix(hash + 0x3c6ef372)
    for (let i = 0; i < 12; i++) this.uint32()
  }

  /** An independent source that depends on the seed and the name, but not on what was drawn so far. */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${name}`)
  }

  uint32(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = ((this.#c << 21) | (this.#c >>> 11)) + sum
    this.#c |= 0
    return sum >>> 0
  }

  below(bound: number): number {
    return Math.floor(this.fraction() * bound)
  }

  fraction(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / 2 ** 53
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let i = 0; i < length; i++) bytes[i] = this.uint32() >>> 24
    return bytes
  }

  /** True with the given probability (0 to 1). Certain outcomes draw nothing. */
  chance(probability: number): boolean {
    if (probability <= 0) return false
    return probability >= 1 || this.fraction() < probability
  }

  /** A number in [low, high). */
  between(low: number, high: number): number {
    return low + this.fraction() * (high - low)
  }
}

/** FNV-1a over the characters, both bytes of each. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  }
  return hash >>> 0
}

/** The finalizer of MurmurHash3: every input bit reaches every output bit. */
function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}
