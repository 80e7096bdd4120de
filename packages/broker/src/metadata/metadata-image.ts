// The content of the applied view: every watched node, parsed once. A node that makes no sense is reported and what was
// known before stays, so that one damaged node does not take the broker down.

import type { Node } from '@samsa/coordination'
import { type Logger, WorldError } from '@samsa/world'
import {
  type BrokerMetaNode,
  parseBrokerMeta,
  parseRegistration,
  type RegistrationNode,
} from './broker-nodes.ts'
import { parseConfigs, parseController, parseControllerEpoch } from './cluster-nodes.ts'
import type { BrokerRegistration, MetadataDelta } from './metadata-view.ts'
import { type ConfigKind, clusterWide, namesBelow, unescapeName } from './paths.ts'
import { parseDeletedTopic } from './topic-nodes.ts'
import { TopicTable } from './topic-table.ts'

/** A registration with what the controller goes by. */
export interface AppliedBroker extends BrokerRegistration {
  readonly incarnation: string
  readonly lastShutdown: RegistrationNode['lastShutdown']
  readonly bootId: string
}

/** The controller epoch and the version of its node, which fences writes. */
export interface ControllerEpoch {
  readonly epoch: number
  readonly version: number
}

const none: ReadonlyMap<string, string> = new Map()

interface Changes {
  readonly deletedTopicIds: Set<string>
  readonly topicConfigs: Set<string>
  brokers: boolean
  brokerConfigs: boolean
  controller: boolean
}

/** What has been read, ready to be asked. */
export class MetadataImage {
  readonly topics = new TopicTable()
  controllerId = -1
  controllerEpoch: ControllerEpoch | undefined
  /** Last transaction that was seen in a node. */
  zxid = 0
  /** Raised when an access control entry may have changed. */
  aclGeneration = 0
  readonly #logger: Logger
  /** Modification zxid of every node that is there. */
  readonly #known = new Map<string, number>()
  readonly #registrations = new Map<number, { node: RegistrationNode; epoch: number }>()
  readonly #settled = new Map<number, BrokerMetaNode>()
  #brokers: ReadonlyMap<number, AppliedBroker> = new Map()
  /** Wall-clock time of the deletion, by topic id. */
  readonly #deleted = new Map<string, number>()
  readonly #configs = new Map<string, ReadonlyMap<string, string>>()
  /** Nodes of one entity each (quotas, users, access control lists, features), as they are. */
  readonly #entities = new Map<string, Node>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** Every path of which a node is known. */
  paths(): Iterable<string> {
    return this.#known.keys()
  }

  /** Whether there is a node at `path`. */
  isKnown(path: string): boolean {
    return this.#known.has(path)
  }

  brokers(): ReadonlyMap<number, AppliedBroker> {
    return this.#brokers
  }

  /** What the controller has last noted of a broker, undefined for one that was never live. */
  settled(id: number): BrokerMetaNode | undefined {
    return this.#settled.get(id)
  }

  /** What the controller noted of a broker's life when it last settled one; undefined for a broker it has not seen. */
  settledLife(brokerId: number): BrokerMetaNode | undefined {
    return this.#settled.get(brokerId)
  }

  isDeleted(topicId: string): boolean {
    return this.#deleted.has(topicId)
  }

  /** Ids of topics for which a tombstone stands, with the wall-clock time of the deletion. */
  deletedTopics(): ReadonlyMap<string, number> {
    return this.#deleted
  }

  configs(kind: ConfigKind, name: string): ReadonlyMap<string, string> {
    return this.#configs.get(`${kind}/${name}`) ?? none
  }

  /** Names of the entities of this kind that have configs of their own. */
  configuredNames(kind: ConfigKind): string[] {
    const prefix = `${kind}/`
    return [...this.#configs.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
  }

  entity(path: string): Node | undefined {
    return this.#entities.get(path)
  }

  /** The nodes right below `parent`. */
  entities(parent: string): Node[] {
    return [...this.#entities.values()].filter((node) => node.path.startsWith(`${parent}/`))
  }

  /** Takes nodes as they were read (undefined: not there) and tells what that changed; undefined when nothing did. */
  apply(paths: readonly string[], nodes: readonly (Node | undefined)[]): MetadataDelta | undefined {
    const changes: Changes = {
      deletedTopicIds: new Set(),
      topicConfigs: new Set(),
      brokers: false,
      brokerConfigs: false,
      controller: false,
    }
    let any = false
    paths.forEach((path, i) => {
      const node = nodes[i]
      if (this.#known.get(path) === node?.stat.modifiedZxid) return
      any = true
      this.#take(path, node, changes)
      if (node === undefined) this.#known.delete(path)
      else this.#known.set(path, node.stat.modifiedZxid)
      this.zxid = Math.max(this.zxid, node?.stat.modifiedZxid ?? 0)
    })
    if (!any) return undefined
    if (changes.brokers) this.#rebuildBrokers()
    const topicIds = this.topics.rebuild()
    return {
      topicIds,
      deletedTopicIds: changes.deletedTopicIds,
      topicConfigs: changes.topicConfigs,
      brokersChanged: changes.brokers,
      brokerConfigsChanged: changes.brokerConfigs,
      controllerChanged: changes.controller,
    }
  }

  #take(path: string, node: Node | undefined, changes: Changes): void {
    try {
      this.#read(path, node, changes)
    } catch (error) {
      if (!(error instanceof WorldError)) throw error
      this.#logger.error({ path, error }, 'A node of the metadata makes no sense; it is ignored.')
    }
  }

  #read(path: string, node: Node | undefined, changes: Changes): void {
    const [kind, first = '', second] = namesBelow(path)
    switch (kind) {
      case 'controller':
        this.controllerId = node === undefined ? -1 : parseController(path, node.data).brokerId
        changes.controller = true
        return
      case 'controller-epoch':
        this.controllerEpoch = node && {
          epoch: parseControllerEpoch(path, node.data),
          version: node.stat.version,
        }
        changes.controller = true
        return
      case 'brokers':
        if (first === '') return
        this.#registrations.delete(Number(first))
        changes.brokers = true
        if (node === undefined) return
        this.#registrations.set(Number(first), {
          node: parseRegistration(path, node.data),
          epoch: node.stat.createdZxid,
        })
        return
      case 'broker-meta':
        if (first === '') return
        changes.brokers = true
        if (node === undefined) this.#settled.delete(Number(first))
        else this.#settled.set(Number(first), parseBrokerMeta(path, node.data))
        return
      case 'topics':
        if (first === '') return
        if (second === undefined) this.topics.putTopic(first, path, node)
        else this.topics.putShard(first, Number(second.slice(1)), path, node)
        return
      case 'deleted':
        if (first === '') return
        if (node === undefined) this.#deleted.delete(first)
        else {
          this.#deleted.set(first, parseDeletedTopic(path, node.data).deletedMs)
          changes.deletedTopicIds.add(first)
        }
        return
      case 'config':
        if (second !== undefined) {
          this.#readConfigs(path, first as ConfigKind, unescapeName(second), node, changes)
        }
        return
      case 'acls':
        this.aclGeneration++
        this.#readEntity(path, node)
        return
      case 'quotas':
      case 'scram':
      case 'features':
        this.#readEntity(path, node)
        return
      default:
        return
    }
  }

  #readEntity(path: string, node: Node | undefined): void {
    // Nodes that only hold others have no data.
    if (node?.data.length === 0) return
    if (node === undefined) this.#entities.delete(path)
    else this.#entities.set(path, node)
  }

  #readConfigs(
    path: string,
    kind: ConfigKind,
    name: string,
    node: Node | undefined,
    changes: Changes,
  ): void {
    const configs = node === undefined ? none : parseConfigs(path, node.data)
    if (configs.size === 0) this.#configs.delete(`${kind}/${name}`)
    else this.#configs.set(`${kind}/${name}`, configs)
    if (kind === 'topics') changes.topicConfigs.add(name)
    if (kind === 'brokers') changes.brokerConfigs = true
  }

  #rebuildBrokers(): void {
    const brokers = new Map<number, AppliedBroker>()
    const ids = [...this.#registrations.keys()].sort((a, b) => a - b)
    for (const id of ids) {
      const registration = this.#registrations.get(id)
      if (registration === undefined) continue
      const { endpoints, rack, incarnation, state, lastShutdown, bootId } = registration.node
      brokers.set(id, {
        id,
        endpoints,
        rack,
        epoch: registration.epoch,
        fenced: this.#settled.get(id)?.settledIncarnation !== incarnation,
        incarnation,
        draining: state === 'draining',
        lastShutdown,
        bootId,
      })
    }
    this.#brokers = brokers
  }
}

/** Key of the configs of one broker, or of all of them. */
export function brokerConfigName(id: number | 'default'): string {
  return id === 'default' ? clusterWide : String(id)
}
