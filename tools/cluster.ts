// `npm run cluster [-- --ensemble] [--brokers N] [--port N] [--data DIR]`: a cluster on this machine until Ctrl-C: ZooKeeper
// (an ensemble of three with --ensemble) and three brokers, each a process of its own, stopped by their own ids.

import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { LocalCluster } from '../compat/src/cluster/local-cluster.ts'
import { zookeeperNeed } from '../compat/src/zookeeper/zookeeper-process.ts'

const { values } = parseArgs({
  options: {
    ensemble: { type: 'boolean', default: false },
    brokers: { type: 'string', default: '3' },
    port: { type: 'string', default: '9092' },
    data: { type: 'string', default: 'data/cluster' },
  },
})

if (!zookeeperNeed.check()) {
  process.stderr.write(`${zookeeperNeed.what} is missing: ${zookeeperNeed.how}\n`)
  process.exit(1)
}

const directory = resolve(values.data)
mkdirSync(directory, { recursive: true })
const cluster = await LocalCluster.start({
  directory,
  brokers: Number(values.brokers),
  zookeepers: values.ensemble ? 3 : 1,
  port: Number(values.port),
  // Ctrl-C goes to the whole group; brokers must be able to hand over before ZooKeeper goes.
  ownGroup: true,
})
for (const server of cluster.zookeepers) {
  process.stdout.write(`zookeeper  127.0.0.1:${server.port}  process ${server.pid}\n`)
}
for (const { id, port, process: broker } of cluster.places) {
  process.stdout.write(`broker ${id}   127.0.0.1:${port}  process ${broker?.pid}\n`)
}
process.stdout.write(`data and logs in ${directory}; Ctrl-C stops everything\n`)

let isStopping = false
const stop = async (): Promise<void> => {
  // The second signal does not wait for anybody.
  const signal = isStopping ? 'SIGKILL' : 'SIGTERM'
  isStopping = true
  await cluster.stop(signal)
  process.exit(0)
}
process.on('SIGINT', () => void stop())
process.on('SIGTERM', () => void stop())
