// Configs that change while the cluster runs: topics', brokers', groups', client metrics'. One node an entity, written on
// condition that nobody else wrote since, by whichever broker was asked.

import type { Coordination } from '@samsa/coordination'
import { KafkaError } from '@samsa/protocol'
import { updateNode } from '../controller/update-node.ts'
import type { AppliedMetadata } from '../metadata/applied-metadata.ts'
import { formatConfigs, parseConfigs } from '../metadata/cluster-nodes.ts'
import { type ConfigKind, configPath, namePath } from '../metadata/paths.ts'

/** What configs belong to; the cluster-wide configs of brokers have the name 'default'. */
export interface ConfigEntity {
  readonly kind: ConfigKind
  readonly name: string
}

/** The configs after a change, given those before. Throws the KafkaError that refuses it. */
export type ConfigChange = (current: ReadonlyMap<string, string>) => ReadonlyMap<string, string>

/** Reads and changes dynamic configs. */
export class DynamicConfigs {
  readonly #session: Coordination
  readonly #metadata: AppliedMetadata

  constructor(session: Coordination, metadata: AppliedMetadata) {
    this.#session = session
    this.#metadata = metadata
  }

  /** Empty when there are none. */
  of({ kind, name }: ConfigEntity): ReadonlyMap<string, string> {
    return this.#metadata.configs(kind, name)
  }

  /** Names of the entities of a kind that have configs of their own. */
  names(kind: ConfigKind): string[] {
    return this.#metadata.image.configuredNames(kind)
  }

  /**
   * Changes the configs of an entity, or only checks whether that would do. Resolves when this broker's view has the
   * change. Rejects with what `change` throws; with UNKNOWN_TOPIC_OR_PARTITION for a topic that is not there.
   */
  async change(entity: ConfigEntity, change: ConfigChange, validateOnly: boolean): Promise<void> {
    const { kind, name } = entity
    if (kind === 'topics' && this.#metadata.topic(name) === undefined) throw unknownTopic(name)
    if (validateOnly) {
      change(this.of(entity))
      return
    }
    const path = configPath(kind, name)
    await updateNode(this.#session, path, (node) => {
      // The node of a topic's configs lives exactly as long as the topic.
      if (node === undefined && kind === 'topics') throw unknownTopic(name)
      const changed = change(node === undefined ? new Map() : parseConfigs(path, node.data))
      if (kind === 'topics') {
        return { data: formatConfigs(changed), value: undefined, requires: [namePath(name)] }
      }
      return { data: changed.size === 0 ? null : formatConfigs(changed), value: undefined }
    })
    await this.#metadata.caughtUp()
  }
}

function unknownTopic(name: string): KafkaError {
  return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${name}' does not exist.`)
}
