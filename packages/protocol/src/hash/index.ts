export { coordinatorPartition, javaHashCode } from './java-string.ts'
export { murmur2, partitionOfKey } from './murmur2.ts'
