export {
  type Ensemble,
  parseConnectString,
  type ZooKeeperServer,
} from './connect-string.ts'
export { type ZooKeeperOptions, ZooKeeperSession } from './zookeeper-session.ts'
