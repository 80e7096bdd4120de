// Numbers of ZooKeeper's protocol that both ends agree upon.

/** Types of requests. */
export const Opcode = {
  create: 1,
  delete: 2,
  getData: 4,
  setData: 5,
  getChildren: 8,
  sync: 9,
  ping: 11,
  getChildren2: 12,
  check: 13,
  multi: 14,
  create2: 15,
  removeWatches: 18,
  multiRead: 22,
  auth: 100,
  setWatches2: 105,
  addWatch: 106,
  closeSession: -11,
  /** In place of a type: the result of an operation that failed, and the end of a list of operations. */
  error: -1,
} as const

/** Transaction ids that are not the client's own. */
export const SpecialXid = { notification: -1, ping: -2, auth: -4, setWatches: -8 } as const

/** Error codes that mean something to the client; every other one is told by number. */
export const ErrorCode = {
  ok: 0,
  noNode: -101,
  noAuth: -102,
  badVersion: -103,
  noChildrenForEphemerals: -108,
  nodeExists: -110,
  notEmpty: -111,
  sessionExpired: -112,
  authFailed: -115,
  sessionMoved: -118,
} as const

/** What a watch tells of a node. */
export const EventType = { created: 1, deleted: 2, dataChanged: 3 } as const

/** Mode of a persistent recursive watch in an addWatch request. */
export const PERSISTENT_RECURSIVE = 1

/** Kind of watch in a removeWatches request that stands for all kinds. */
export const ANY_WATCH = 3

/** All permissions: read, write, create, delete, admin. */
export const ALL_PERMISSIONS = 31

/** Flag of an ephemeral node in a create request. */
export const EPHEMERAL = 1

/** A session that is not there yet. */
export const NO_SESSION = '0000000000000000'
