// Before the first records of a transaction enter a partition, its leader makes sure that the coordinator knows of it
// (KIP-890): otherwise no marker would ever end what was begun there, and the last stable offset would be stuck for good.
//
// Producers of transaction version 1 have added the partition themselves, and the coordinator is asked whether they
// have; those of version 2 leave it to the leader, and the coordinator adds it. The guard that the log hands out before
// the question goes back to it with the records: if the transaction has ended meanwhile, it is void.

import type { VerificationGuard } from '@samsa/log'
import { KafkaError } from '@samsa/protocol'
import type { Clock } from '@samsa/world'
import type { Partition } from '../replicas/partition.ts'
import { topicPartitions } from './topic-partitions.ts'
import type { ProducerIdentity } from './transaction.ts'
import type { TransactionCoordinator } from './transaction-coordinator.ts'

/** What the client's version of the request understands. */
export interface ClientAbility {
  /** It leaves adding partitions to the leader (Produce 12, TxnOffsetCommit 5). */
  readonly addsImplicitly: boolean
  /** It knows TRANSACTION_ABORTABLE (Produce 11, TxnOffsetCommit 4). */
  readonly knowsAbortable: boolean
}

/** A producer's first records for some partitions. */
export interface AdmissionRequest extends ProducerIdentity, ClientAbility {
  readonly transactionalId: string
  /** Partitions led here, each with the sequence its records begin with. */
  readonly entries: readonly { readonly partition: Partition; readonly sequence: number }[]
}

/** By partition: the guard to append with, undefined where none is needed, or the error instead. */
export type Admission = ReadonlyMap<Partition, VerificationGuard | KafkaError | undefined>

/**
 * Finds out which partitions may be written to. Answers at once when every transaction is open already, so that such
 * appends keep their place in time.
 */
export function admit(
  coordinator: TransactionCoordinator,
  clock: Clock,
  request: AdmissionRequest,
): Admission | Promise<Admission> {
  const { producerId, producerEpoch, entries, addsImplicitly } = request
  const admission = new Map<Partition, VerificationGuard | KafkaError | undefined>()
  if (!addsImplicitly && !coordinator.settings.verifiesPartitions) return admission
  const unknown: Partition[] = []
  for (const { partition, sequence } of entries) {
    try {
      const attempt = { producerEpoch, sequence, supportsEpochBump: addsImplicitly }
      const guard = partition.log.startVerification(producerId, attempt)
      admission.set(partition, guard)
      if (guard !== undefined) unknown.push(partition)
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error
      admission.set(partition, error)
    }
  }
  if (unknown.length === 0) return admission
  return ask(coordinator, clock, request, unknown).then((refusals) => {
    for (const [partition, error] of refusals) admission.set(partition, error)
    return admission
  })
}

type Refusals = ReadonlyMap<Partition, KafkaError>

async function ask(
  coordinator: TransactionCoordinator,
  clock: Clock,
  request: AdmissionRequest,
  partitions: readonly Partition[],
): Promise<Refusals> {
  try {
    const results = await askPatiently(coordinator, clock, request, partitions)
    const refusals = new Map<Partition, KafkaError>()
    for (const { topic, partition: index, error } of results) {
      const partition = partitions.find((each) => each.topic === topic && each.index === index)
      if (partition === undefined || error === undefined) continue
      refusals.set(partition, refusal(new KafkaError(error), request))
    }
    return refusals
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error
    return new Map(partitions.map((partition) => [partition, refusal(error, request)]))
  }
}

/** Asks again for a while when the transaction before is just ending and the client could only repeat everything. */
async function askPatiently(
  coordinator: TransactionCoordinator,
  clock: Clock,
  request: AdmissionRequest,
  partitions: readonly Partition[],
): ReturnType<TransactionCoordinator['askPartitions']> {
  const { transactionalId, producerId, producerEpoch, addsImplicitly } = request
  const { addPartitionsBackoffMs, addPartitionsMaxWaitMs } = coordinator.settings
  const question = {
    transactionalId,
    producerId,
    producerEpoch,
    partitions: topicPartitions(partitions.map(({ topic, index }) => [topic, [index]] as const)),
    isVerifyOnly: !addsImplicitly,
  }
  const startMs = clock.monotonic()
  for (;;) {
    try {
      return await coordinator.askPartitions(question)
    } catch (error) {
      const isEnding = error instanceof KafkaError && error.name === 'CONCURRENT_TRANSACTIONS'
      const isLate = clock.monotonic() - startMs >= addPartitionsMaxWaitMs
      if (!isEnding || !addsImplicitly || isLate) throw error
    }
    const waits = [clock.sleep(addPartitionsBackoffMs)]
    const completion = coordinator.completion(transactionalId)
    if (completion !== undefined) waits.push(completion)
    await Promise.race(waits)
  }
}

/** The error a producer is told, by what its version understands. */
function refusal(error: KafkaError, { knowsAbortable }: ClientAbility): KafkaError {
  const { name, message } = error
  if (name === 'PRODUCER_FENCED') return new KafkaError('INVALID_PRODUCER_EPOCH', message)
  if (name === 'TRANSACTION_ABORTABLE' && !knowsAbortable) {
    return new KafkaError('INVALID_TXN_STATE', 'Partition was not added to the transaction')
  }
  return error
}
