// Records with what they mean to brokers: control records, and those of the coordinators' topics.

import {
  controlTypeOf,
  coordinatorEpochOf,
  decodeStored,
  type Message,
  messages,
  ProtocolError,
  type StoredRecord,
} from '@samsa/protocol'
import type { RecordEntry, StoredMessage } from './dump-entry.ts'
import { messageContent } from './message-content.ts'

/** The records of one batch. */
export function* recordEntries(
  records: readonly StoredRecord[],
  isControl: boolean,
  topic: string,
): Generator<RecordEntry> {
  const keys = keysOf(topic)
  for (const record of records) {
    const entry: RecordEntry = { kind: 'record', ...record }
    if (isControl) yield { ...entry, ...controlOf(record) }
    else if (keys === undefined) yield entry
    else yield { ...entry, ...coordinatorOf(record, keys) }
  }
}

function controlOf({ key, value }: StoredRecord): Partial<RecordEntry> {
  const control = controlTypeOf(key) ?? 'unknown'
  const coordinatorEpoch = coordinatorEpochOf(value)
  const isMarker = control === 'commit' || control === 'abort'
  return isMarker && coordinatorEpoch !== undefined ? { control, coordinatorEpoch } : { control }
}

type Keys = ReadonlyMap<number, Message>

/** Keys by the number in front of them, for each topic of a coordinator. */
let keysByTopic: ReadonlyMap<string, Keys> | undefined

function keysOf(topic: string): Keys | undefined {
  keysByTopic ??= new Map([
    [
      '__consumer_offsets',
      numbered((name) => !/^(?:TransactionLog|ShareSnapshot|ShareUpdate)/.test(name)),
    ],
    ['__transaction_state', numbered((name) => name.startsWith('TransactionLog'))],
    ['__share_group_state', numbered((name) => /^Share(?:Snapshot|Update)/.test(name))],
  ])
  return keysByTopic.get(topic)
}

function numbered(isOfTopic: (name: string) => boolean): Keys {
  const keys = new Map<number, Message>()
  for (const [name, message] of messages) {
    const isKey = name.endsWith('Key') && typeof message.prefix === 'number'
    if (isKey && isOfTopic(name)) keys.set(message.prefix, message)
  }
  return keys
}

/** What a coordinator's record says; nothing for types and versions of later releases. */
function coordinatorOf({ key, value }: StoredRecord, keys: Keys): Partial<RecordEntry> {
  if (key === null || key.length < 2) return {}
  const keySchema = keys.get(key.readInt16BE(0))
  if (keySchema === undefined) return {}
  const keyMessage = decoded(keySchema, key)
  const valueSchema = messages.get(keySchema.name.replace(/Key$/, 'Value'))
  const valueMessage =
    value === null || valueSchema === undefined ? undefined : decoded(valueSchema, value)
  return {
    ...(keyMessage === undefined ? {} : { keyMessage }),
    ...(valueMessage === undefined ? {} : { valueMessage }),
  }
}

function decoded(schema: Message, bytes: Buffer): StoredMessage | undefined {
  try {
    const { version, value } = decodeStored(schema, bytes)
    const content = messageContent(schema.fields, version, value)
    return { message: schema.name, version, content }
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}
