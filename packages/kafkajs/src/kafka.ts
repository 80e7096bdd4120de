// The way in, as in kafkajs: producers, consumers and admins of one cluster, each with connections of its own.

import { nodeWorld } from '@samsa/world/node'
import { Admin, type AdminConfig } from './admin.ts'
import type { KafkaConfig } from './config.ts'
import { logLevel } from './constants.ts'
import { Consumer } from './consumer.ts'
import type { ConsumerConfig } from './consumer-config.ts'
import { isoTime } from './iso-time.ts'
import { type Logger, makeLogger, worldLogger } from './logger.ts'
import { Producer, type ProducerConfig } from './producer.ts'
import type { Setting } from './setting.ts'

/** A cluster. Nothing is connected before `connect` of what is made from it. */
export class Kafka {
  readonly #setting: Setting

  constructor(kafka: KafkaConfig) {
    const plain = nodeWorld()
    const level = kafka.logLevel ?? logLevel.INFO
    const logger = makeLogger(kafka.logCreator, level, () => isoTime(plain.clock))
    const world = { ...plain, logger: worldLogger(logger.namespace('Client')) }
    this.#setting = { kafka, world, logger }
  }

  producer(config: ProducerConfig = {}): Producer {
    return new Producer(this.#setting, config)
  }

  consumer(config: ConsumerConfig): Consumer {
    return new Consumer(this.#setting, config)
  }

  admin(config: AdminConfig = {}): Admin {
    return new Admin(this.#setting, config)
  }

  logger(): Logger {
    return this.#setting.logger
  }
}
