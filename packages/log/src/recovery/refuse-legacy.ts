// Messages of magic 0 and 1 in a log directory: Kafka wrote them before 0.11. They are sound, so they are neither cut off
// nor misread; a log that has them is not served.

import { KafkaError } from '@samsa/protocol'
import type { Segment } from '../segments/segment.ts'
import type { ScanEnd } from '../segments/segment-scan.ts'

/** Throws UNSUPPORTED_FOR_MESSAGE_FORMAT when a scan met such a message. */
export function refuseLegacy(segment: Segment, end: ScanEnd): void {
  if (end.isLegacy !== true) return
  throw new KafkaError(
    'UNSUPPORTED_FOR_MESSAGE_FORMAT',
    `${segment.file.path} at byte ${end.position}: ${end.damage}.`,
  )
}
