// What a server of ZooKeeper's protocol is made of: for the simulated one.
export { ByteReader } from '../bytes/byte-reader.ts'
export { ByteWriter } from '../bytes/byte-writer.ts'
export { Stage } from '../tree/stage.ts'
export type { Change, Outcome, Transaction } from '../tree/transaction.ts'
export { Tree } from '../tree/tree.ts'
export { FrameAssembler } from '../zookeeper/frame-assembler.ts'
export {
  EPHEMERAL,
  ErrorCode,
  EventType,
  NO_SESSION,
  Opcode,
  SpecialXid,
} from '../zookeeper/protocol-numbers.ts'
