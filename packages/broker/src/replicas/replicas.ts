// The partitions this broker hosts, as handlers and coordinators see them.

/** The partitions hosted here. */
export interface Replicas {
  readonly partitionCount: number
}
