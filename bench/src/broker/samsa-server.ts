// A Samsa broker as a process of its own, for the load generator. `node samsa-server.ts DIRECTORY` prints its port and
// ends when its standard input does.

import { startBroker } from '@samsa/broker'

const broker = await startBroker({ directory: process.argv[2] ?? '.' })
process.stdout.write(`${broker.port}\n`)
process.stdin.on('end', () => {
  void broker.close().then(() => process.exit(0))
})
process.stdin.resume()
