/**
 * The libraries behind the codecs, each loaded when the first batch needs it: together they cost a
 * process 10 MB and 40 ms, and most brokers meet one codec or none.
 *
 * Invariant: a library is loaded at most once, and synchronously, so that decoding stays a pure
 * function.
 */

import { createRequire } from 'node:module'

const load = createRequire(import.meta.url)

type Lz4 = typeof import('lz4-napi')
type Snappy = typeof import('snappy')
type Zlib = typeof import('node:zlib')

let loadedLz4: Lz4 | undefined
let loadedSnappy: Snappy | undefined
let loadedZlib: Zlib | undefined

/** LZ4 frames. */
export function lz4(): Lz4 {
  return (loadedLz4 ??= load('lz4-napi') as Lz4)
}

/** Bare snappy blocks. */
export function snappy(): Snappy {
  return (loadedSnappy ??= load('snappy') as Snappy)
}

/** gzip, zstd and the CRC-32 of old messages. */
export function zlib(): Zlib {
  return (loadedZlib ??= load('node:zlib') as Zlib)
}
