// The way in: a client of one cluster, from which producers and consumers are made. They share its connections and what it
// knows of the cluster.

import { type Logger, prometheusText, type World } from '@samsa/world'
import { nodeWorld } from '@samsa/world/node'
import { Admin } from './admin/admin.ts'
import { parseAddresses } from './cluster/address.ts'
import { Cluster } from './cluster/cluster.ts'
import { type ClusterOptions, readClusterOptions } from './cluster/cluster-settings.ts'
import { Consumer } from './consumer/consumer.ts'
import { type ConsumerOptions, readConsumerOptions } from './consumer/consumer-settings.ts'
import { Producer } from './producer/producer.ts'
import { type ProducerOptions, readProducerOptions } from './producer/producer-settings.ts'
import type { Topic } from './serdes/topic.ts'

/** A broker of this process, as `startBroker` gives it. */
interface RunningBroker {
  /** `host:port`, several separated by commas. */
  readonly bootstrapServers: string
}

/** Which cluster is meant: brokers to ask first, `host:port` each, or one of this process. */
type Brokers =
  | { readonly brokers: string | readonly string[]; readonly broker?: never }
  | { readonly broker: RunningBroker; readonly brokers?: never }

/** How to reach a cluster. */
export type ConnectOptions = Brokers & ClientOptions

/** What a client of any cluster can be told. */
interface ClientOptions extends ClusterOptions {
  /** Silent when absent. */
  readonly logger?: Logger
  /** The outside world; this machine when absent. */
  readonly world?: World
}

/** A client of one cluster. Close it, or declare it with `await using`. */
export class KafkaClient implements AsyncDisposable {
  readonly #cluster: Cluster
  readonly #producers = new Set<Producer>()
  readonly #consumers = new Set<{ close(): Promise<void> }>()
  #closing: Promise<void> | undefined

  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** A producer; idempotent, with `acks: 'all'`. Throws SettingsError with all problems. */
  producer(options: ProducerOptions = {}): Producer {
    const producer = new Producer(this.#cluster, readProducerOptions(options))
    this.#producers.add(producer)
    return producer
  }

  /**
   * A consumer: of a group that shares the partitions, or of partitions that it is assigned by hand. Throws SettingsError
   * with all problems.
   */
  consumer<T extends Topic>(options: ConsumerOptions<T> = {}): Consumer<T> {
    const consumer = new Consumer<T>(this.#cluster, readConsumerOptions(options), options, {
      newProducer: () => this.producer(),
      closed: (closed) => this.#consumers.delete(closed),
    })
    this.#consumers.add(consumer)
    return consumer
  }

  /** Admin calls on the cluster. */
  admin(): Admin {
    return new Admin(this.#cluster)
  }

  /** Numbers of connections and requests in the Prometheus text format. */
  metrics(): string {
    return prometheusText(this.#cluster.world.metrics)
  }

  /** Closes what was made from it, in order, then all connections. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#consumers].map((consumer) => consumer.close()))
    await Promise.all([...this.#producers].map((producer) => producer.close()))
    await this.#cluster.close()
  }
}

/**
 * A client of the cluster that `brokers` belong to. Nothing is connected before it is needed. Throws SettingsError with all
 * problems of the options.
 */
export function connect(options: ConnectOptions): KafkaClient {
  const { brokers, broker, logger, world, ...own } = options
  const given = broker?.bootstrapServers ?? brokers ?? []
  const addresses = parseAddresses(typeof given === 'string' ? [given] : given)
  const settings = readClusterOptions(own)
  const machine = world ?? nodeWorld(logger === undefined ? {} : { logger })
  return new KafkaClient(new Cluster(machine, addresses, settings))
}
