// Which replica a consumer should read from (KIP-392): its leader, or one in the consumer's own rack, where reading costs
// neither time nor traffic between racks.
//
// Invariant: only a replica that is in sync and has the offset is named. One that lags would be named again and again.

/** Kafka's name of the selector that looks at racks. */
const rackAware = 'org.apache.kafka.common.replica.RackAwareReplicaSelector'
/** Kafka's name of the one that always names the leader, as no selector does. */
const leaderOnly = 'org.apache.kafka.common.replica.LeaderSelector'

/** The values of replica.selector.class that mean something here. */
export const replicaSelectors: readonly string[] = [rackAware, leaderOnly]

/** A follower that has what a consumer asks for. */
export interface ReadableFollower {
  readonly brokerId: number
  readonly logEndOffset: number
  /** When it was known to have everything, in monotonic milliseconds. */
  readonly caughtUpAtMs: number
}

/** Who leads, who else could be read, and where they stand. */
export interface ReadableReplicas {
  readonly leaderId: number
  readonly followers: readonly ReadableFollower[]
  /** The rack of a broker that can be reached by the consumer; undefined when it cannot, or stands in none. */
  readonly rackOf: (brokerId: number) => string | undefined
}

/** Whether replica.selector.class asks for replicas to be selected by rack. */
export function selectsByRack(selector: string | null): boolean {
  return selector === rackAware
}

/**
 * The follower that a consumer in `rack` should read from; undefined when it is the leader. Of several in that rack the one
 * that is furthest is taken, then the one that was with the leader last, then the lowest id.
 */
export function preferredFollower(
  rack: string,
  { leaderId, followers, rackOf }: ReadableReplicas,
): number | undefined {
  if (rack === '' || rackOf(leaderId) === rack) return undefined
  let best: ReadableFollower | undefined
  for (const follower of followers) {
    if (rackOf(follower.brokerId) !== rack) continue
    if (best === undefined || isBetter(follower, best)) best = follower
  }
  return best?.brokerId
}

function isBetter(a: ReadableFollower, b: ReadableFollower): boolean {
  if (a.logEndOffset !== b.logEndOffset) return a.logEndOffset > b.logEndOffset
  if (a.caughtUpAtMs !== b.caughtUpAtMs) return a.caughtUpAtMs > b.caughtUpAtMs
  return a.brokerId < b.brokerId
}
