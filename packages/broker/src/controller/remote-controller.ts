// The active controller on another broker: commands go to it as the requests that any client could make, and its answers
// come back as what the commands promise.

import {
  AlterPartition,
  AlterPartitionReassignments,
  type Api,
  CreatePartitions,
  CreateTopics,
  DeleteTopics,
  ElectLeaders,
  errorName,
  KafkaError,
  type RequestInput,
  type ResponseOf,
} from '@samsa/protocol'
import type { BrokerPeers } from '../peers/broker-peers.ts'
import type { ControllerCommands } from './active-controller.ts'
import type {
  CreatedTopic,
  ElectionType,
  InSyncMember,
  IsrChange,
  IsrChangeResult,
  PartitionsSpec,
  TopicPartition,
  TopicSpec,
} from './controller.ts'
import { type Answers, Gatherer } from './gatherer.ts'

/** The connections that carry commands; a request that comes on one is never carried on to a third broker. */
const controllerChannel = 'controller'

/** Whether a client of this id is a broker that takes this one for the controller. */
export function isCarriedHere(clientId: string | null): boolean {
  return clientId !== null && carried.test(clientId)
}

const carried = new RegExp(`^broker-\\d+-${controllerChannel}$`)

/** How long the other side may take. Whoever asked may give up before that. */
const timeoutMs = 30_000

/** The answer of commands that promise nothing but to be carried out. */
const done: true = true

interface Reassignment {
  readonly partition: TopicPartition
  readonly replicas: readonly number[] | null
}

interface Outcome {
  readonly errorCode: number
  readonly errorMessage?: string | null | undefined
}

/** The controller on one other broker. */
export class RemoteController implements ControllerCommands {
  readonly #brokerId: number
  readonly #peers: BrokerPeers
  readonly #creations = perFlag<TopicSpec, CreatedTopic>(nameOf, (specs, flag) =>
    this.#createTopics(specs, flag),
  )
  readonly #deletions = new Gatherer<string, true>(
    (topicId) => topicId,
    (topicIds) => this.#deleteTopics(topicIds),
  )
  readonly #growths = perFlag<PartitionsSpec, true>(topicOf, (specs, flag) =>
    this.#createPartitions(specs, flag),
  )
  readonly #elections = perFlag<TopicPartition, true>(keyOf, (partitions, flag) =>
    this.#electLeaders(partitions, flag ? 'unclean' : 'preferred'),
  )
  readonly #moves = perFlag<Reassignment, true>(
    ({ partition }) => keyOf(partition),
    (moves, flag) => this.#reassign(moves, flag),
  )

  constructor(brokerId: number, peers: BrokerPeers) {
    this.#brokerId = brokerId
    this.#peers = peers
  }

  createTopic(spec: TopicSpec, validateOnly: boolean): Promise<CreatedTopic> {
    return this.#creations(validateOnly).add(spec)
  }

  async deleteTopic(topicId: string): Promise<void> {
    await this.#deletions.add(topicId)
  }

  async createPartitions(spec: PartitionsSpec, validateOnly: boolean): Promise<void> {
    await this.#growths(validateOnly).add(spec)
  }

  async electLeader(partition: TopicPartition, type: ElectionType): Promise<void> {
    await this.#elections(type === 'unclean').add(partition)
  }

  async reassign(
    partition: TopicPartition,
    replicas: readonly number[] | null,
    keepReplicationFactor: boolean,
  ): Promise<void> {
    await this.#moves(keepReplicationFactor).add({ partition, replicas })
  }

  async alterPartition(
    leader: InSyncMember,
    changes: readonly IsrChange[],
  ): Promise<readonly IsrChangeResult[]> {
    const topicIds = new Set(changes.map(({ topicId }) => topicId))
    const answer = await this.#request(AlterPartition, {
      ...leader,
      topics: Array.from(topicIds, (topicId) => ({
        topicId,
        partitions: changes
          .filter((change) => change.topicId === topicId)
          .map(({ partition, leaderEpoch, partitionEpoch, isr }) => {
            const newIsrWithEpochs = [...isr]
            return { partitionIndex: partition, leaderEpoch, partitionEpoch, newIsrWithEpochs }
          }),
      })),
    })
    requireAccepted(answer)
    const codes = new Map<string, number>()
    for (const { topicId = '', partitions } of answer.topics) {
      for (const { partitionIndex, errorCode } of partitions) {
        codes.set(`${topicId}-${partitionIndex}`, errorCode)
      }
    }
    return changes.map(({ topicId, partition }) => {
      const code = codes.get(`${topicId}-${partition}`) ?? -1
      return code === 0 ? {} : { error: errorName(code) }
    })
  }

  async #createTopics(
    specs: readonly TopicSpec[],
    validateOnly: boolean,
  ): Promise<Answers<CreatedTopic>> {
    const { topics } = await this.#request(CreateTopics, {
      topics: specs.map((spec) => ({
        name: spec.name,
        numPartitions: spec.partitionCount,
        replicationFactor: spec.replicationFactor,
        assignments: [...(spec.assignments ?? [])].map(([partitionIndex, brokerIds]) => ({
          partitionIndex,
          brokerIds: [...brokerIds],
        })),
        configs: [...spec.configs].map(([name, value]) => ({ name, value })),
      })),
      timeoutMs,
      validateOnly,
    })
    return new Map(
      topics.map((topic) => {
        const { topicId, numPartitions, replicationFactor } = topic
        const created = { topicId, partitionCount: numPartitions, replicationFactor }
        return [topic.name, answerOf(topic, created)]
      }),
    )
  }

  async #deleteTopics(topicIds: readonly string[]): Promise<Answers<true>> {
    const { responses } = await this.#request(DeleteTopics, {
      topics: topicIds.map((topicId) => ({ name: null, topicId })),
      topicNames: [],
      timeoutMs,
    })
    return new Map(responses.map((answer) => [answer.topicId ?? '', answerOf(answer, done)]))
  }

  async #createPartitions(
    specs: readonly PartitionsSpec[],
    validateOnly: boolean,
  ): Promise<Answers<true>> {
    const { results } = await this.#request(CreatePartitions, {
      topics: specs.map(({ topic, partitionCount, assignments }) => ({
        name: topic,
        count: partitionCount,
        assignments: assignments?.map((brokerIds) => ({ brokerIds: [...brokerIds] })) ?? null,
      })),
      timeoutMs,
      validateOnly,
    })
    return new Map(results.map((answer) => [answer.name, answerOf(answer, done)]))
  }

  async #electLeaders(
    partitions: readonly TopicPartition[],
    type: ElectionType,
  ): Promise<Answers<true>> {
    const response = await this.#request(ElectLeaders, {
      electionType: type === 'unclean' ? 1 : 0,
      topicPartitions: partitions.map(({ topic, partition }) => ({
        topic,
        partitions: [partition],
      })),
      timeoutMs,
    })
    requireAccepted({ errorCode: response.errorCode ?? 0 })
    return new Map(
      response.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
        partitionResult.map((answer) => [
          keyOf({ topic, partition: answer.partitionId }),
          answerOf(answer, done),
        ]),
      ),
    )
  }

  async #reassign(
    moves: readonly Reassignment[],
    keepReplicationFactor: boolean,
  ): Promise<Answers<true>> {
    const response = await this.#request(AlterPartitionReassignments, {
      timeoutMs,
      allowReplicationFactorChange: !keepReplicationFactor,
      topics: moves.map(({ partition: { topic, partition }, replicas }) => ({
        name: topic,
        partitions: [
          { partitionIndex: partition, replicas: replicas === null ? null : [...replicas] },
        ],
      })),
    })
    requireAccepted(response)
    return new Map(
      response.responses.flatMap(({ name, partitions }) =>
        partitions.map((answer) => [
          keyOf({ topic: name, partition: answer.partitionIndex }),
          answerOf(answer, done),
        ]),
      ),
    )
  }

  #request<A extends Api>(api: A, body: RequestInput<A>): Promise<ResponseOf<A>> {
    const options = { timeoutMs, channel: controllerChannel }
    return this.#peers.request(this.#brokerId, api, body, options)
  }
}

/** One gatherer for each value of a flag that holds for a whole request. */
function perFlag<Item, Answer>(
  keyOfItem: (item: Item) => string,
  send: (items: readonly Item[], flag: boolean) => Promise<Answers<Answer>>,
): (flag: boolean) => Gatherer<Item, Answer> {
  const off = new Gatherer<Item, Answer>(keyOfItem, (items) => send(items, false))
  const on = new Gatherer<Item, Answer>(keyOfItem, (items) => send(items, true))
  return (flag) => (flag ? on : off)
}

function answerOf<Answer>({ errorCode, errorMessage }: Outcome, answer: Answer) {
  if (errorCode === 0) return answer
  return KafkaError.of(errorCode, errorMessage)
}

function requireAccepted({ errorCode, errorMessage }: Outcome): void {
  if (errorCode === 0) return
  throw KafkaError.of(errorCode, errorMessage)
}

function nameOf({ name }: TopicSpec): string {
  return name
}

function topicOf({ topic }: PartitionsSpec): string {
  return topic
}

function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
