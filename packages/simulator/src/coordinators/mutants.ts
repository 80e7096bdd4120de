// The bugs of the group coordinator's that the simulation must find.

import type { Mutant } from '../mutants/check-mutants.ts'

/** The bugs that must be found. */
export const groupMutants: readonly Mutant[] = [
  {
    name: 'take commits of a generation that is over',
    file: 'broker/src/groups/offsets/commit-rules.ts',
    from: 'if (generationId !== group.generationId) {',
    to: 'if (generationId > group.generationId) {',
  },
  {
    name: 'take assignments and heartbeats of a generation that is over',
    file: 'broker/src/groups/classic/sync-leave.ts',
    from: 'if (request.generationId !== group.generationId) {',
    to: 'if (request.generationId > group.generationId) {',
  },
  {
    name: 'take commits of a stale member epoch',
    file: 'broker/src/groups/offsets/commit-rules.ts',
    from: 'if (epoch > member.memberEpoch || !hasHadSince(member, epoch, topics)) {',
    to: 'if (epoch > member.memberEpoch) {',
  },
  {
    name: 'hand out partitions that others have not given up',
    file: 'broker/src/groups/consumer/current-assignment.ts',
    from: 'if (input.isHeld(topicId, partition) && !isOwn) {',
    to: 'if (input.isHeld(topicId, partition) && isOwn) {',
  },
  {
    name: "let a transaction's offsets count before its marker",
    file: 'broker/src/groups/group-coordinator.ts',
    from: 'const options = { groupId, retentionMs, maxMetadataBytes, producerId }',
    to: 'const options = { groupId, retentionMs, maxMetadataBytes, producerId: -1 }',
  },
  {
    name: 'answer before the records are committed',
    file: 'broker/src/coordinators/record-queue.ts',
    from: 'for (const batch of this.#inFlight) {',
    to: `for (const batch of this.#inFlight) {
      for (const delivery of batch.deliveries.splice(0)) delivery.committed()`,
  },
]
