// Operations that principals may be allowed, as Kafka names and numbers them; in answers a set of them is a bit field.

/** By their number on the wire. */
const operations = [
  'UNKNOWN',
  'ANY',
  'ALL',
  'READ',
  'WRITE',
  'CREATE',
  'DELETE',
  'ALTER',
  'DESCRIBE',
  'CLUSTER_ACTION',
  'DESCRIBE_CONFIGS',
  'ALTER_CONFIGS',
  'IDEMPOTENT_WRITE',
  'CREATE_TOKENS',
  'DESCRIBE_TOKENS',
  'TWO_PHASE_COMMIT',
] as const

/** An operation that an ACL allows or denies. */
export type AclOperation = (typeof operations)[number]

/** The number of an operation on the wire. */
export function operationCode(operation: AclOperation): number {
  return operations.indexOf(operation)
}

/** The operation of a number on the wire. */
export function operationOf(code: number): AclOperation {
  return operations[code] ?? 'UNKNOWN'
}

const notAsked = -2147483648

/** The operations of a bit field; undefined where they were not asked for. */
export function operationsIn(bits: number): AclOperation[] | undefined {
  if (bits === notAsked) return undefined
  return operations.filter((_, code) => code > 2 && (bits & (1 << code)) !== 0)
}
