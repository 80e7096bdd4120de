// Whom a client's request is for. One broker is everything at once; in a cluster it makes a difference.

import type { KafkaConnection } from '@samsa/network'
import type { World } from '@samsa/world'

/** The leader of a partition of the story's topic, the coordinator of a group (0) or a transactional id (1), or anybody. */
export type Destination =
  | { readonly kind: 'any' }
  | { readonly kind: 'leader'; readonly partition: number }
  | { readonly kind: 'coordinator'; readonly key: string; readonly keyType: 0 | 1 }

/** A client that finds whom to ask. */
export interface Asker {
  readonly world: World
  /** Runs `ask` on a connection; undefined when the connection or the time was lost: the outcome is unknown. */
  ask<T>(ask: (connection: KafkaConnection) => Promise<T>, to?: Destination): Promise<T | undefined>
}
