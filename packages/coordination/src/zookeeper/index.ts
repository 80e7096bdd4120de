export { type ZooKeeperOptions, ZooKeeperSession } from './zookeeper-session.ts'
