// Offsets as kafkajs's admin has them: of groups, of ends of logs, at times; and the deletion of records.

import type { Admin as ClientAdmin, OffsetPlace } from '@samsa/client'

/** A place in a partition. */
export interface SeekEntry {
  readonly partition: number
  readonly offset: string
}

/** What a group has committed of a topic. */
export interface FetchedOffsets {
  readonly topic: string
  readonly partitions: readonly (SeekEntry & { readonly metadata: string | null })[]
}

/** Both ends of a partition; `offset` is the end. */
export interface TopicOffset extends SeekEntry {
  readonly high: string
  readonly low: string
}

/** The part of an admin that is about offsets. */
export abstract class GroupOffsets {
  /** Runs a call of the client. */
  protected abstract run<T>(ask: (admin: ClientAdmin) => Promise<T>): Promise<T>

  /** What a group has committed; -1 where it has not. Of topics that are not named: where it has. */
  async fetchOffsets(options: {
    readonly groupId: string
    readonly topics?: readonly string[]
    readonly resolveOffsets?: boolean
  }): Promise<FetchedOffsets[]> {
    const { groupId, topics, resolveOffsets = false } = options
    return await this.run(async (admin) => {
      const committed = (await admin.groups.offsets([groupId])).get(groupId) ?? []
      const names = topics ?? [...new Set(committed.map(({ topic }) => topic))]
      return await Promise.all(
        names.map(async (topic) => {
          const partitions = await partitionsOf(admin, topic)
          const ends = resolveOffsets ? await offsetsAt(admin, topic, 'latest') : new Map()
          return {
            topic,
            partitions: partitions.map((partition) => {
              const known = committed.find((one) => {
                return one.topic === topic && one.partition === partition
              })
              const offset = String(known?.offset ?? ends.get(partition) ?? -1)
              return { partition, offset, metadata: known?.metadata ?? null }
            }),
          }
        }),
      )
    })
  }

  /** Both ends of each partition. */
  async fetchTopicOffsets(topic: string): Promise<TopicOffset[]> {
    return await this.run(async (admin) => {
      const [low, high] = [
        await offsetsAt(admin, topic, 'earliest'),
        await offsetsAt(admin, topic, 'latest'),
      ]
      return [...high].map(([partition, end]) => ({
        partition,
        offset: String(end),
        high: String(end),
        low: String(low.get(partition) ?? 0),
      }))
    })
  }

  /** The first record at a time or later, the end where there is none. */
  async fetchTopicOffsetsByTimestamp(topic: string, timestamp?: number): Promise<SeekEntry[]> {
    return await this.run(async (admin) => {
      const ends = await offsetsAt(admin, topic, 'latest')
      const found = timestamp === undefined ? ends : await offsetsAt(admin, topic, { timestamp })
      return [...found].map(([partition, offset]) => {
        return { partition, offset: String(offset < 0 ? (ends.get(partition) ?? -1) : offset) }
      })
    })
  }

  /** Sets offsets of a group that nobody is a member of; -1 is the end, -2 the beginning. */
  async setOffsets(options: {
    readonly groupId: string
    readonly topic: string
    readonly partitions: readonly SeekEntry[]
  }): Promise<void> {
    const { groupId, topic, partitions } = options
    await this.run(async (admin) => {
      const ends = await specialOffsets(admin, topic, partitions)
      const offsets = partitions.map(({ partition, offset }) => {
        const value = ends[offset]?.get(partition) ?? Number(offset)
        return { topic, partition, offset: value }
      })
      await admin.groups.alterOffsets(groupId, offsets)
    })
  }

  /** Sets offsets of a group to an end of the logs. */
  async resetOffsets(options: {
    readonly groupId: string
    readonly topic: string
    readonly earliest?: boolean
  }): Promise<void> {
    const { groupId, topic, earliest = false } = options
    const offset = earliest ? '-2' : '-1'
    const partitions = await this.run((admin) => partitionsOf(admin, topic))
    const entries = partitions.map((partition) => ({ partition, offset }))
    await this.setOffsets({ groupId, topic, partitions: entries })
  }

  /** Deletes the records before offsets; -1 is the end. */
  async deleteTopicRecords(options: {
    readonly topic: string
    readonly partitions: readonly SeekEntry[]
  }): Promise<void> {
    const deletions = options.partitions.map(({ partition, offset }) => {
      const before = offset === '-1' ? ('high-watermark' as const) : Number(offset)
      return { topic: options.topic, partition, before }
    })
    await this.run((admin) => admin.records.delete(deletions))
  }
}

async function partitionsOf(admin: ClientAdmin, topic: string): Promise<number[]> {
  const found = (await admin.topics.describe([topic])).get(topic)
  return (found?.partitions ?? []).map(({ partition }) => partition)
}

async function offsetsAt(
  admin: ClientAdmin,
  topic: string,
  at: OffsetPlace,
): Promise<Map<number, number>> {
  const partitions = await partitionsOf(admin, topic)
  const places = partitions.map((partition) => ({ topic, partition, at }))
  const found = await admin.records.offsets(places)
  return new Map([...found.values()].map(({ partition, offset }) => [partition, offset]))
}

async function specialOffsets(
  admin: ClientAdmin,
  topic: string,
  entries: readonly SeekEntry[],
): Promise<Readonly<Record<string, Map<number, number>>>> {
  const wants = (offset: string): boolean => entries.some((entry) => entry.offset === offset)
  return {
    ...(wants('-1') ? { '-1': await offsetsAt(admin, topic, 'latest') } : {}),
    ...(wants('-2') ? { '-2': await offsetsAt(admin, topic, 'earliest') } : {}),
  }
}
