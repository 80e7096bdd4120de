// A distribution in logarithmic buckets. A bucket is the exponent and the first three bits of the mantissa of a double,
// so that its middle is at most 1/16 away from every value in it. Recording touches one array cell and allocates
// nothing after the first value.

import type { Histogram } from './metrics.ts'

const lowestExponent = -20
const highestExponent = 53
const bucketCount = (highestExponent - lowestExponent) * 8
/** Bits of the high word of 2^lowestExponent without the part of the mantissa that is not looked at. */
const firstBucket = (1023 + lowestExponent) << 3

const double = new Float64Array(1)
const words = new Uint32Array(double.buffer)
const highWord = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0

/** Histogram of values between 2^-20 and 2^53; smaller ones count as the least, larger ones as the greatest. */
export class LogHistogram implements Histogram {
  count = 0
  sum = 0
  #greatest = 0
  #buckets: Float64Array | undefined

  record(value: number): void {
    this.#buckets ??= new Float64Array(bucketCount)
    const bucket = bucketOf(value)
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.count += 1
    this.sum += value
    if (value > this.#greatest) this.#greatest = value
  }

  quantile(fraction: number): number {
    if (this.#buckets === undefined) return 0
    const rank = Math.max(1, Math.ceil(fraction * this.count))
    let seen = 0
    for (let i = 0; i < bucketCount; i++) {
      seen += this.#buckets[i] ?? 0
      if (seen >= rank) return i === 0 ? 0 : Math.min(middleOf(i), this.#greatest)
    }
    return this.#greatest
  }
}

function bucketOf(value: number): number {
  double[0] = value
  const bucket = ((words[highWord] ?? 0) >>> 17) - firstBucket
  return bucket < 0 || !(value > 0) ? 0 : bucket >= bucketCount ? bucketCount - 1 : bucket
}

function middleOf(bucket: number): number {
  const exponent = (bucket >> 3) + lowestExponent
  return 2 ** exponent * (1 + ((bucket & 7) + 0.5) / 8)
}
