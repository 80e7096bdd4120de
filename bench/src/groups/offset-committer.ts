// Offset commits as groups without members make them: frames encoded once, sent over a few connections in turn.

import { encodeRequest } from '@samsa/network'
import { OffsetCommit } from '@samsa/protocol'
import { LoadConnection } from '../broker/load.ts'
import { coordinatorReady } from './coordinator.ts'

const version = 8
/** Where the error stands in an answer to one partition: header, throttle time, topic, partition. */
const errorBytes = 2
const groupCount = 100
const connectionCount = 10

function commitFrame(groupId: string, topic: string): Buffer {
  const request = {
    groupId,
    generationIdOrMemberEpoch: -1,
    memberId: '',
    groupInstanceId: null,
    topics: [
      {
        name: topic,
        partitions: [
          {
            partitionIndex: 0,
            committedOffset: 1,
            committedLeaderEpoch: -1,
            committedMetadata: '',
          },
        ],
      },
    ],
  }
  return Buffer.concat(encodeRequest(OffsetCommit, version, request, 1, 'load'))
}

/** Throws unless the commit was taken: the answer ends with the error and two or three empty lists of tags. */
function checkTaken(answer: Buffer | undefined): void {
  const end = (answer?.length ?? 0) - 3
  if (answer?.readInt16BE(end - errorBytes) !== 0) {
    throw new Error(`a commit was refused: ${answer?.toString('hex')}`)
  }
}

/** Commits offsets of many groups on one broker. */
export class OffsetCommitter {
  readonly #connections: LoadConnection[] = []
  readonly #waiting: (() => void)[][] = []
  readonly #frames: readonly Buffer[]
  #turn = 0

  private constructor(topic: string) {
    const numbers = Array.from({ length: groupCount }, (_, i) => i)
    this.#frames = numbers.map((i) => commitFrame(`group-${i}`, topic))
  }

  /** Connects; every group's coordinator is ready then. The topic exists. */
  static async open(port: number, topic: string): Promise<OffsetCommitter> {
    const committer = new OffsetCommitter(topic)
    for (let i = 0; i < groupCount; i++) await coordinatorReady(port, `group-${i}`)
    for (let i = 0; i < connectionCount; i++) {
      const waiting: (() => void)[] = []
      committer.#waiting.push(waiting)
      const answered = (answer: Buffer | undefined): void => {
        checkTaken(answer)
        waiting.shift()?.()
      }
      committer.#connections.push(await LoadConnection.open(port, answered, true))
    }
    return committer
  }

  /** One commit of the group whose turn it is. */
  commit(finished: () => void): void {
    const turn = this.#turn++
    const index = turn % connectionCount
    this.#waiting[index]?.push(finished)
    this.#connections[index]?.send(this.#frames[turn % groupCount] ?? Buffer.alloc(0))
  }

  close(): void {
    for (const connection of this.#connections) connection.close()
  }
}
