// What a checker finds: a name from the literature, and the sentence that proves it.

/** All anomalies by name, and whether one counts against the system. */
export const anomalies = {
  /** One offset with two values. */
  'inconsistent-offsets': true,
  /** One value at two offsets. */
  duplicate: true,
  /** A record that surely was written, before others that were read, and that nobody ever read. */
  'lost-write': true,
  /** An acknowledged record that the last reading did not find. */
  unseen: true,
  /** G1a: a record of a transaction that was aborted. */
  'aborted-read': true,
  /** A transaction that reads what it is about to write. */
  'precommitted-read': true,
  /** A transaction of which a part can be read and another cannot. */
  'torn-transaction': true,
  /** Within one transaction, records between two reads were passed over. */
  'int-poll-skip': true,
  /** Within one transaction, reading went backwards or stood still. */
  'int-nonmonotonic-poll': true,
  /** The same from one operation of a process to the next: for processes that chose their keys themselves. */
  'poll-skip': true,
  'nonmonotonic-poll': true,
  /** The same for members of a group: rebalances do that. */
  'group-poll-skip': false,
  'group-nonmonotonic-poll': false,
  /** Records of one transaction, or of one process, in another order than they were sent. */
  'int-nonmonotonic-send': true,
  'nonmonotonic-send': true,
  /** Records of others between those of a transaction: normal in Kafka. */
  'int-send-skip': false,
  /** G0: transactions write around each other in a circle. Kafka does not isolate writes. */
  'write-cycle': false,
  'write-cycle-process': false,
  'write-cycle-realtime': false,
  /** G1c: transactions depend on each other in a circle. */
  'read-cycle': true,
  'read-cycle-process': true,
  'read-cycle-realtime': true,
  /** The same with the order of writes counted in, which Kafka does not promise. */
  'dependency-cycle': false,
  'dependency-cycle-process': false,
  'dependency-cycle-realtime': false,
  /** A record with another payload, header or timestamp than it was sent with. */
  'altered-record': true,
  /** A record that nobody sent. */
  'invented-record': true,
  /** A group's offset beyond what its members had been given. */
  'commit-beyond-processed': true,
  /** A group's offset that is older than one that was committed before. */
  'lost-commit': true,
  /** Last stable offset, high watermark and log end out of order, or falling within a leader epoch. */
  'watermarks-disorder': true,
  'watermarks-fall': true,
  /** An input of a pipeline that has no output, or more than one, or an output without input. */
  'not-processed': true,
  'processed-twice': true,
  'processed-nothing': true,
} as const

/** Name of an anomaly. */
export type AnomalyName = keyof typeof anomalies

/** One that was found. */
export interface Anomaly {
  readonly name: AnomalyName
  /** One sentence with the operations and values that prove it. */
  readonly proof: string
}
