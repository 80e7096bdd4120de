// What the command line says otherwise with Apache Kafka than with Samsa, and why. Everything else is the same, word for
// word.

/** Reasons by what was typed. */
export const differences: Readonly<Record<string, string>> = {
  'samsa group delete nobody':
    'Apache Kafka answers a code without a sentence; the client has its own for it.',
  'samsa config describe topic orders':
    'Apache Kafka 4 keeps min.insync.replicas as a config of the cluster from its start (KIP-966).',
  'samsa config describe broker 1':
    'The two are started with other settings: Apache Kafka needs a controller listener, a quorum and node ids.',
  'samsa cluster describe':
    'The features of Apache Kafka 4.3: KRaft, share groups and streams groups; Samsa has groups and transactions.',
  'samsa doctor': 'Apache Kafka tells how large its disk is, Samsa what is free.',
}
