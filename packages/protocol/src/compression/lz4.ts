/**
 * LZ4 frames.
 */

import { compressFrameSync } from 'lz4-napi'

/** Compresses `bytes` into one LZ4 frame. */
export function compressLz4(bytes: Buffer): Buffer {
  return compressFrameSync(bytes)
}
