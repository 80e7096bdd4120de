// Writes that any broker makes by itself, one node an entity: read, decide, write on condition that nobody wrote since,
// and again if somebody did.

import type { Coordination, Node, Operation } from '@samsa/coordination'
import { KafkaError } from '@samsa/protocol'
import { WorldError } from '@samsa/world'

/** What becomes of a node. */
export interface NodeUpdate<T> {
  /** The new data; null deletes the node; undefined leaves it as it is. */
  readonly data: Buffer | null | undefined
  readonly value: T
  /** Nodes that must be there for the write to count. */
  readonly requires?: readonly string[]
}

/**
 * Changes the node at `path` to what `decide` makes of it (undefined: not there). Rejects with the KafkaError that
 * `decide` throws, or with KAFKA_STORAGE_ERROR when coordination cannot write.
 */
export async function updateNode<T>(
  session: Coordination,
  path: string,
  decide: (node: Node | undefined) => NodeUpdate<T>,
): Promise<T> {
  try {
    for (;;) {
      const node = await session.get(path)
      const { data, value, requires = [] } = decide(node)
      const operation = operationFor(path, node, data)
      if (operation === undefined) return value
      const checks = requires.map((required): Operation => {
        return { kind: 'check', path: required, version: -1 }
      })
      const result = await session.multi([...checks, operation])
      if (result.ok) return value
    }
  } catch (error) {
    if (!(error instanceof WorldError)) throw error
    throw new KafkaError('KAFKA_STORAGE_ERROR', error.message, { cause: error })
  }
}

function operationFor(
  path: string,
  node: Node | undefined,
  data: Buffer | null | undefined,
): Operation | undefined {
  if (data === undefined) return undefined
  if (data === null) {
    return node && { kind: 'delete', path, version: node.stat.version }
  }
  if (node === undefined) return { kind: 'create', path, data }
  return { kind: 'set', path, data, version: node.stat.version }
}
