/**
 * Why a setting that Kafka knows has no effect in Samsa.
 *
 * Each is one full sentence, shown in the warning at start and on the reference page. When a
 * feature arrives, its sentence goes, and the compiler names the rows that become honoured.
 */
export const because = {
  brokerIds: 'Broker ids are not generated; set broker.id.',
  brokerVersions: 'Brokers agree on a version for each request when they connect.',
  clientTelemetry: 'Client metrics are not collected.',
  commitAcks: 'An offset commit is answered when all in-sync replicas have it.',
  configProviders: 'References to values kept elsewhere are not resolved; write the value itself.',
  controlPlane: "The controller's requests use the listener that brokers use among themselves.",
  coordinatorLinger: 'Writes are gathered while an earlier one is on its way to disk.',
  delegationTokens: 'Delegation tokens are not served.',
  javaClasses: 'Java classes cannot be loaded.',
  javaSerdes: 'Serializers are TypeScript values, given in code.',
  javaTls: "This belongs to Java's TLS; Node's is used here.",
  kerberos: 'Kerberos (GSSAPI) is not served.',
  keystoreChange: 'A new keystore is taken as it is.',
  kraft: 'There is no KRaft quorum; metadata lives in ZooKeeper or in the embedded store.',
  metricSamples:
    'Metrics are plain counters and histograms; rates are computed where they are read.',
  oauthBearer: 'OAUTHBEARER is not served.',
  oneCoordinator: 'There is one group coordinator, for all kinds of groups.',
  passwordEncoder: 'Dynamic settings are stored as they are given.',
  preallocation:
    'Files grow as they are written: zeros behind the records could hide what follows them.',
  purgatory: 'A request that ends leaves memory at once, so there is nothing to purge.',
  recordFormat: 'Records are stored and sent in the current format (magic 2) only.',
  replicationWindows: 'A throttle is a budget that fills at its rate; windows are not kept.',
  shareGroups: 'Share groups are not served.',
  streamsGroups: 'Streams groups are not served.',
  tcpBuffers: 'Node leaves the sizes of TCP buffers to the operating system.',
  telemetryPush: 'The client does not push metrics.',
  threadCounts: 'A broker runs one event loop and sizes its worker threads itself.',
  tieredStorage: 'There is no tiered storage; all segments stay in the log directories.',
  timestampDifference:
    'Use log.message.timestamp.before.max.ms and log.message.timestamp.after.max.ms.',
  twoPhase: 'Transactions that another system decides are not served.',
  unstableVersions: 'No unstable versions are served.',
  zooKeeperAcl:
    'Nodes in ZooKeeper are created without access control; protect the ensemble itself.',
  zooKeeperTls: 'The connection to ZooKeeper is made without TLS.',
} as const
