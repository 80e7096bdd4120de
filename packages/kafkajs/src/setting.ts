// What the parts of one `Kafka` have in common.

import type { World } from '@samsa/world'
import type { KafkaConfig } from './config.ts'
import type { Logger } from './logger.ts'

/** The program's configuration, and the world that it runs in. */
export interface Setting {
  readonly kafka: KafkaConfig
  readonly world: World
  readonly logger: Logger
}
