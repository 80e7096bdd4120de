// The face of a dump for people: a line for each batch, record or entry, indented under what it belongs to. Bytes are
// quoted where they are text, and hexadecimal behind 0x where they are not.

import { isUtf8 } from 'node:buffer'
import type { DumpEntry } from '@samsa/log/dump'

type Entry<Kind extends DumpEntry['kind']> = Extract<DumpEntry, { readonly kind: Kind }>

/** One entry as lines of text. */
export function textLine(entry: DumpEntry): string {
  switch (entry.kind) {
    case 'file':
      return `${entry.path}: ${entry.contents.replaceAll('-', ' ')}, ${entry.sizeInBytes} bytes\n`
    case 'batch':
      return batchLine(entry)
    case 'record':
      return recordLine(entry)
    case 'log-end':
      return (
        `  ${entry.batches} batches, ${entry.records} records; ${entry.validBytes} bytes are valid, ` +
        `the next offset is ${entry.endOffset}\n`
      )
    case 'offset-index-entry':
      return `  offset ${entry.offset} at byte ${entry.position}\n`
    case 'time-index-entry':
      return `  ${timeOf(entry.timestamp)} by offset ${entry.offset}\n`
    case 'aborted-transaction':
      return (
        `  producer ${entry.producerId} aborted offsets ${entry.firstOffset} to ${entry.lastOffset}, ` +
        `last stable offset ${entry.lastStableOffset}\n`
      )
    case 'producer':
      return producerLine(entry)
    case 'leader-epoch':
      return `  epoch ${entry.epoch} from offset ${entry.startOffset}\n`
    case 'partition-offset':
      return `  ${entry.topic}-${entry.partition} offset ${entry.offset}\n`
    case 'property':
      return `  ${entry.name} ${entry.value}\n`
    case 'note':
      return `  note: ${entry.text}\n`
    case 'damage':
      return damageLine(entry)
  }
}

function batchLine(batch: Entry<'batch'>): string {
  const words = [
    `  batch ${batch.baseOffset} to ${batch.lastOffset} at byte ${batch.position}:`,
    `${batch.sizeInBytes} bytes,`,
    `${batch.recordCount} ${batch.recordCount === 1 ? 'record' : 'records'},`,
    `leader epoch ${batch.partitionLeaderEpoch}, ${batch.timestampType ?? 'without time'}`,
    timeOf(batch.maxTimestamp),
  ]
  if (batch.compression !== 'none') words.push(batch.compression)
  if (batch.producerId >= 0) {
    words.push(`producer ${batch.producerId} epoch ${batch.producerEpoch}`)
    if (batch.baseSequence >= 0)
      words.push(`sequence ${batch.baseSequence} to ${batch.lastSequence}`)
  }
  if (batch.isTransactional) words.push('transactional')
  if (batch.isControl) words.push('control')
  if (batch.deleteHorizonMs !== undefined) {
    words.push(`delete horizon ${timeOf(batch.deleteHorizonMs)}`)
  }
  if (batch.magic < 2) words.push(`magic ${batch.magic}`)
  if (!batch.hasValidChecksum) words.push('WRONG CHECKSUM')
  return `${words.join(' ')}\n`
}

function recordLine(record: Entry<'record'>): string {
  const headers = record.headers.map((header) => ` ${header.key}: ${bytesOf(header.value)}`)
  const suffix = headers.length === 0 ? '' : `  headers${headers.join(',')}`
  return `    ${record.offset} ${timeOf(record.timestamp)} ${contentOf(record)}${suffix}\n`
}

function contentOf(record: Entry<'record'>): string {
  if (record.control !== undefined) {
    const { coordinatorEpoch: epoch } = record
    return epoch === undefined ? record.control : `${record.control} by coordinator epoch ${epoch}`
  }
  const { keyMessage, valueMessage } = record
  const key =
    keyMessage === undefined
      ? bytesOf(record.key)
      : `${keyMessage.message} ${JSON.stringify(keyMessage.content)}`
  const value =
    valueMessage === undefined
      ? bytesOf(record.value)
      : `v${valueMessage.version} ${JSON.stringify(valueMessage.content)}`
  return `${key} = ${value}`
}

function producerLine(producer: Entry<'producer'>): string {
  const { lastBatch: last, transactionStartOffset } = producer
  const words = [
    `  producer ${producer.producerId} epoch ${producer.producerEpoch},`,
    `last seen ${timeOf(producer.lastTimestamp)}`,
  ]
  if (last !== undefined) {
    words.push(
      `sequence ${last.firstSequence} to ${last.lastSequence}`,
      `at offsets ${last.firstOffset} to ${last.lastOffset}`,
    )
  }
  if (producer.coordinatorEpoch >= 0) words.push(`coordinator epoch ${producer.coordinatorEpoch}`)
  if (transactionStartOffset >= 0) words.push(`transaction open since ${transactionStartOffset}`)
  return `${words.join(' ')}\n`
}

function damageLine({ position, what, remedy }: Entry<'damage'>): string {
  const where = position === undefined ? '' : ` at byte ${position}`
  return `  DAMAGE${where}: ${what} ${remedy}\n`
}

/** ISO 8601, to the millisecond; `-1` stands for no time. */
function timeOf(timestamp: number): string {
  const date = new Date(timestamp)
  return timestamp < 0 || Number.isNaN(date.getTime()) ? String(timestamp) : date.toISOString()
}

function bytesOf(bytes: Buffer | null): string {
  if (bytes === null) return 'null'
  return isUtf8(bytes) ? JSON.stringify(bytes.toString()) : `0x${bytes.toString('hex')}`
}
