/**
 * Kafka's errors: one table from name to code, whether trying again may help, and a sentence.
 *
 * Invariant: names and codes are Kafka's and are never given out anew; the sentences are ours,
 * and what a broker sends as an error message is usually more exact.
 */

const yes = true
const no = false

/** name: [code on the wire, retriable, sentence] */
const table = {
  UNKNOWN_SERVER_ERROR: [-1, no, 'The server met an error it did not expect.'],
  NONE: [0, no, 'No error.'],
  OFFSET_OUT_OF_RANGE: [1, no, 'The offset lies outside the log.'],
  CORRUPT_MESSAGE: [
    2,
    yes,
    'The records fail their checksum, have a bad size or are otherwise damaged.',
  ],
  UNKNOWN_TOPIC_OR_PARTITION: [3, yes, 'This server does not host the topic or partition.'],
  INVALID_FETCH_SIZE: [4, no, 'The fetch size is not valid.'],
  LEADER_NOT_AVAILABLE: [5, yes, 'The partition has no leader: an election is going on.'],
  NOT_LEADER_OR_FOLLOWER: [
    6,
    yes,
    'This broker is not the leader, or not a replica, of the partition.',
  ],
  REQUEST_TIMED_OUT: [7, yes, 'The request timed out.'],
  BROKER_NOT_AVAILABLE: [8, no, 'The broker is not available.'],
  REPLICA_NOT_AVAILABLE: [9, yes, 'The replica is not available for the partition.'],
  MESSAGE_TOO_LARGE: [10, no, 'The batch is larger than the server takes.'],
  STALE_CONTROLLER_EPOCH: [11, no, 'The controller has moved to another broker.'],
  OFFSET_METADATA_TOO_LARGE: [12, no, 'The metadata of the offset is too large.'],
  NETWORK_EXCEPTION: [13, yes, 'The server closed the connection before an answer came.'],
  COORDINATOR_LOAD_IN_PROGRESS: [
    14,
    yes,
    'The coordinator is loading and cannot take requests yet.',
  ],
  COORDINATOR_NOT_AVAILABLE: [15, yes, 'The coordinator is not available.'],
  NOT_COORDINATOR: [16, yes, 'This broker is not the coordinator.'],
  INVALID_TOPIC_EXCEPTION: [17, no, "The topic's name or the operation on it is not valid."],
  RECORD_LIST_TOO_LARGE: [18, no, 'The batch is larger than the segment size of the server.'],
  NOT_ENOUGH_REPLICAS: [19, yes, 'Fewer replicas are in sync than the write requires.'],
  NOT_ENOUGH_REPLICAS_AFTER_APPEND: [
    20,
    yes,
    'The records were written, but to fewer in-sync replicas than required.',
  ],
  INVALID_REQUIRED_ACKS: [21, no, 'The produce request asks for an impossible number of acks.'],
  ILLEGAL_GENERATION: [22, no, "The generation is not the group's present one."],
  INCONSISTENT_GROUP_PROTOCOL: [
    23,
    no,
    "The member's protocols do not go with those of the group.",
  ],
  INVALID_GROUP_ID: [24, no, 'The group id is not valid.'],
  UNKNOWN_MEMBER_ID: [25, no, 'The group does not know this member.'],
  INVALID_SESSION_TIMEOUT: [26, no, 'The session timeout lies outside what the broker allows.'],
  REBALANCE_IN_PROGRESS: [27, no, 'The group is rebalancing: join again.'],
  INVALID_COMMIT_OFFSET_SIZE: [28, no, 'The committed offsets are too large together.'],
  TOPIC_AUTHORIZATION_FAILED: [29, no, 'Not authorized to access the topic.'],
  GROUP_AUTHORIZATION_FAILED: [30, no, 'Not authorized to access the group.'],
  CLUSTER_AUTHORIZATION_FAILED: [31, no, 'Not authorized for this operation on the cluster.'],
  INVALID_TIMESTAMP: [32, no, 'The timestamp of a record lies outside the allowed range.'],
  UNSUPPORTED_SASL_MECHANISM: [33, no, 'The broker does not support the SASL mechanism.'],
  ILLEGAL_SASL_STATE: [34, no, 'The request does not fit the state of authentication.'],
  UNSUPPORTED_VERSION: [35, no, 'The version of the API is not supported.'],
  TOPIC_ALREADY_EXISTS: [36, no, 'A topic of this name exists.'],
  INVALID_PARTITIONS: [37, no, 'The number of partitions is not valid.'],
  INVALID_REPLICATION_FACTOR: [
    38,
    no,
    'The replication factor is not valid, or larger than the number of brokers.',
  ],
  INVALID_REPLICA_ASSIGNMENT: [39, no, 'The replica assignment is not valid.'],
  INVALID_CONFIG: [40, no, 'The configuration is not valid.'],
  NOT_CONTROLLER: [41, yes, 'This broker is not the controller.'],
  INVALID_REQUEST: [42, no, 'The request contradicts itself or the protocol.'],
  UNSUPPORTED_FOR_MESSAGE_FORMAT: [
    43,
    no,
    'The message format on the broker does not support the request.',
  ],
  POLICY_VIOLATION: [44, no, 'The request violates a policy of the broker.'],
  OUT_OF_ORDER_SEQUENCE_NUMBER: [45, no, 'The broker received a batch out of sequence.'],
  DUPLICATE_SEQUENCE_NUMBER: [46, no, 'The broker received a sequence number twice.'],
  INVALID_PRODUCER_EPOCH: [47, no, "The producer's epoch is an old one."],
  INVALID_TXN_STATE: [48, no, "The transaction's state does not allow the operation."],
  INVALID_PRODUCER_ID_MAPPING: [49, no, 'The producer id does not belong to the transactional id.'],
  INVALID_TRANSACTION_TIMEOUT: [
    50,
    no,
    'The transaction timeout is larger than the broker allows.',
  ],
  CONCURRENT_TRANSACTIONS: [51, yes, "The producer's last transaction is still being ended."],
  TRANSACTION_COORDINATOR_FENCED: [52, no, 'A newer transaction coordinator has taken over.'],
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: [53, no, 'Not authorized for the transactional id.'],
  SECURITY_DISABLED: [54, no, 'Security features are disabled.'],
  OPERATION_NOT_ATTEMPTED: [
    55,
    no,
    'The operation was not attempted, because another in the request failed.',
  ],
  KAFKA_STORAGE_ERROR: [56, yes, 'A disk error, or a log directory that is offline.'],
  LOG_DIR_NOT_FOUND: [57, no, 'The broker has no such log directory.'],
  SASL_AUTHENTICATION_FAILED: [58, no, 'SASL authentication failed.'],
  UNKNOWN_PRODUCER_ID: [
    59,
    no,
    'The broker knows nothing of this producer: its last batches are gone.',
  ],
  REASSIGNMENT_IN_PROGRESS: [60, no, 'A partition reassignment is in progress.'],
  DELEGATION_TOKEN_AUTH_DISABLED: [61, no, 'Delegation tokens are not enabled.'],
  DELEGATION_TOKEN_NOT_FOUND: [62, no, 'The delegation token is not known.'],
  DELEGATION_TOKEN_OWNER_MISMATCH: [
    63,
    no,
    'The principal is neither owner nor renewer of the token.',
  ],
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: [
    64,
    no,
    'Delegation tokens cannot be asked for over this kind of connection.',
  ],
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: [65, no, 'Not authorized for delegation tokens.'],
  DELEGATION_TOKEN_EXPIRED: [66, no, 'The delegation token has expired.'],
  INVALID_PRINCIPAL_TYPE: [67, no, 'The principal type is not supported.'],
  NON_EMPTY_GROUP: [68, no, 'The group has members.'],
  GROUP_ID_NOT_FOUND: [69, no, 'There is no such group.'],
  FETCH_SESSION_ID_NOT_FOUND: [70, yes, 'The broker does not hold this fetch session.'],
  INVALID_FETCH_SESSION_EPOCH: [71, yes, 'The epoch of the fetch session is not the expected one.'],
  LISTENER_NOT_FOUND: [
    72,
    yes,
    'The leader has no listener of the name that metadata was asked on.',
  ],
  TOPIC_DELETION_DISABLED: [73, no, 'Deleting topics is disabled.'],
  FENCED_LEADER_EPOCH: [74, yes, "The request's leader epoch is older than the broker's."],
  UNKNOWN_LEADER_EPOCH: [75, yes, "The request's leader epoch is newer than the broker's."],
  UNSUPPORTED_COMPRESSION_TYPE: [
    76,
    no,
    'The client does not support the compression of the records.',
  ],
  STALE_BROKER_EPOCH: [77, no, 'The broker epoch has changed.'],
  OFFSET_NOT_AVAILABLE: [
    78,
    yes,
    "The leader's high watermark has not caught up since its election.",
  ],
  MEMBER_ID_REQUIRED: [79, no, 'Join again with the member id in this answer.'],
  PREFERRED_LEADER_NOT_AVAILABLE: [80, yes, 'The preferred leader is not available.'],
  GROUP_MAX_SIZE_REACHED: [81, no, 'The group has as many members as it may.'],
  FENCED_INSTANCE_ID: [82, no, 'Another member has taken this static instance id.'],
  ELIGIBLE_LEADERS_NOT_AVAILABLE: [83, yes, 'No replica that may lead is available.'],
  ELECTION_NOT_NEEDED: [84, yes, 'The partition has the leader it should have.'],
  NO_REASSIGNMENT_IN_PROGRESS: [85, no, 'No reassignment of the partition is in progress.'],
  GROUP_SUBSCRIBED_TO_TOPIC: [86, no, 'Members of the group are subscribed to the topic.'],
  INVALID_RECORD: [87, no, "A record failed the broker's checks."],
  UNSTABLE_OFFSET_COMMIT: [88, yes, 'Offsets of an open transaction are still to be decided.'],
  THROTTLING_QUOTA_EXCEEDED: [89, yes, 'A quota is exceeded.'],
  PRODUCER_FENCED: [90, no, 'A newer producer has the same transactional id.'],
  RESOURCE_NOT_FOUND: [91, no, 'There is no such resource.'],
  DUPLICATE_RESOURCE: [92, no, 'The resource exists, or is named twice.'],
  UNACCEPTABLE_CREDENTIAL: [93, no, 'The credential does not meet the requirements.'],
  INCONSISTENT_VOTER_SET: [94, no, 'The voter sets of sender and receiver differ.'],
  INVALID_UPDATE_VERSION: [95, no, "The update's version is not the expected one."],
  FEATURE_UPDATE_FAILED: [96, no, 'The feature could not be updated.'],
  PRINCIPAL_DESERIALIZATION_FAILURE: [97, no, 'The forwarded principal cannot be read.'],
  SNAPSHOT_NOT_FOUND: [98, no, 'There is no such snapshot.'],
  POSITION_OUT_OF_RANGE: [99, no, 'The position lies outside the snapshot.'],
  UNKNOWN_TOPIC_ID: [100, yes, 'This server does not host a topic of this id.'],
  DUPLICATE_BROKER_REGISTRATION: [101, no, 'A broker of this id is registered.'],
  BROKER_ID_NOT_REGISTERED: [102, no, 'No broker of this id is registered.'],
  INCONSISTENT_TOPIC_ID: [103, yes, 'The topic id in the log and that of the request differ.'],
  INCONSISTENT_CLUSTER_ID: [104, no, 'The cluster id of the request is not that of the server.'],
  TRANSACTIONAL_ID_NOT_FOUND: [105, no, 'There is no such transactional id.'],
  FETCH_SESSION_TOPIC_ID_ERROR: [106, yes, 'The fetch session mixes topic names and topic ids.'],
  INELIGIBLE_REPLICA: [107, no, 'A new in-sync replica is not eligible.'],
  NEW_LEADER_ELECTED: [
    108,
    no,
    'The change of the in-sync set succeeded, but another leader was elected.',
  ],
  OFFSET_MOVED_TO_TIERED_STORAGE: [109, no, 'The offset is now in tiered storage.'],
  FENCED_MEMBER_EPOCH: [
    110,
    no,
    'The member epoch is fenced: give up all partitions and join again.',
  ],
  UNRELEASED_INSTANCE_ID: [111, no, 'Another member still holds this static instance id.'],
  UNSUPPORTED_ASSIGNOR: [112, no, 'The group coordinator does not have this assignor.'],
  STALE_MEMBER_EPOCH: [113, no, 'The member epoch is old: try again after the next heartbeat.'],
  MISMATCHED_ENDPOINT_TYPE: [114, no, 'The request went to the wrong kind of endpoint.'],
  UNSUPPORTED_ENDPOINT_TYPE: [115, no, 'This kind of endpoint is not supported.'],
  UNKNOWN_CONTROLLER_ID: [116, no, 'There is no such controller.'],
  UNKNOWN_SUBSCRIPTION_ID: [117, no, 'The telemetry subscription id is not the present one.'],
  TELEMETRY_TOO_LARGE: [118, no, 'The telemetry is larger than the broker takes.'],
  INVALID_REGISTRATION: [119, no, "The controller holds the broker's registration to be invalid."],
  TRANSACTION_ABORTABLE: [120, no, 'The transaction must be aborted; the producer may go on.'],
  INVALID_RECORD_STATE: [121, no, "The record's state does not allow the acknowledgement."],
  SHARE_SESSION_NOT_FOUND: [122, yes, 'The broker does not hold this share session.'],
  INVALID_SHARE_SESSION_EPOCH: [
    123,
    yes,
    'The epoch of the share session is not the expected one.',
  ],
  FENCED_STATE_EPOCH: [124, no, 'The share coordinator holds a newer state epoch.'],
  INVALID_VOTER_KEY: [125, no, 'The voter key is not that of the receiver.'],
  DUPLICATE_VOTER: [126, no, 'The voter is in the set of voters.'],
  VOTER_NOT_FOUND: [127, no, 'The voter is not in the set of voters.'],
  INVALID_REGULAR_EXPRESSION: [128, no, 'The regular expression is not valid.'],
  REBOOTSTRAP_REQUIRED: [
    129,
    no,
    "The client's metadata is useless: start again from the bootstrap servers.",
  ],
  STREAMS_INVALID_TOPOLOGY: [130, no, 'The topology of the streams application is not valid.'],
  STREAMS_INVALID_TOPOLOGY_EPOCH: [131, no, 'The topology epoch is not valid.'],
  STREAMS_TOPOLOGY_FENCED: [132, no, 'The topology epoch is an old one.'],
  SHARE_SESSION_LIMIT_REACHED: [133, yes, 'The broker holds as many share sessions as it may.'],
  GROUP_DELETION_FAILED: [134, no, 'The group could not be deleted.'],
  STREAMS_TOPOLOGY_DESCRIPTION_UPDATE_FAILED: [
    135,
    no,
    'The description of the topology could not be stored.',
  ],
  CONTROLLER_ID_NOT_REGISTERED: [136, no, 'No controller of this id is registered.'],
} as const satisfies { readonly [name: string]: readonly [number, boolean, string] }

/** The name of an error, as Kafka spells it. */
export type ErrorName = keyof typeof table

const names = new Map<number, ErrorName>(
  Object.entries(table).map(([name, [code]]) => [code, name as ErrorName]),
)

/** The code that stands on the wire for an error. */
export function errorCode(name: ErrorName): number {
  return table[name][0]
}

/**
 * The error of a code; UNKNOWN_SERVER_ERROR for codes of a later Kafka, as Java's client takes
 * them.
 */
export function errorName(code: number): ErrorName {
  return names.get(code) ?? 'UNKNOWN_SERVER_ERROR'
}

/** An error that has a code on the wire: sent to clients, or received from a broker. */
export class KafkaError extends Error {
  override readonly name: ErrorName

  /** The message is the table's sentence where none is given. */
  constructor(name: ErrorName, message?: string, options?: ErrorOptions) {
    super(message ?? table[name][2], options)
    this.name = name
  }

  /** The error for a code from the wire, with the broker's own message where it sent one. */
  static of(code: number, message?: string | null): KafkaError {
    return new KafkaError(errorName(code), message ?? undefined)
  }

  get code(): number {
    return table[this.name][0]
  }

  /** Whether the same request may succeed later. */
  get retriable(): boolean {
    return table[this.name][1]
  }
}
