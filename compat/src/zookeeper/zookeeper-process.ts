// Apache ZooKeeper servers as child processes: one alone, or an ensemble; start, ready check, stop by their own ids.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from '../kafka/broker.ts'
import type { Need } from '../runner/suite.ts'

const JAR = '/usr/share/java/zookeeper.jar'

/** The server's classes, from the Debian package; its manifest names what it depends on. */
export const zookeeperNeed: Need = {
  what: 'ZooKeeper',
  how: 'apt-get install --no-install-recommends libzookeeper-java openjdk-17-jre-headless',
  check: () => existsSync(JAR) && spawnSync('java', ['-version']).status === 0,
  install: () => {
    const packages = ['libzookeeper-java', 'openjdk-17-jre-headless']
    spawnSync('apt-get', ['update'], { stdio: 'inherit' })
    const how = ['install', '-y', '--no-install-recommends', ...packages]
    spawnSync('apt-get', how, { stdio: 'inherit' })
  },
}

/** Milliseconds of the servers' tick. A session is missed at the end of the tick in which it ends: short ones miss it early. */
export const TICK_MS = 200

/** One server. */
export class ZooKeeperProcess {
  readonly port: number
  get pid(): number | undefined {
    return this.#process?.pid
  }
  readonly #configuration: string
  readonly #ownGroup: boolean
  #process: ChildProcess | undefined

  private constructor(port: number, configuration: string, ownGroup: boolean) {
    this.port = port
    this.#configuration = configuration
    this.#ownGroup = ownGroup
  }

  /**
   * Makes `count` servers below `directory` and starts them; resolves when all of them serve. With `ownGroup`, signals of
   * the terminal stay away from them.
   */
  static async startAll(
    directory: string,
    count: number,
    ownGroup = false,
  ): Promise<ZooKeeperProcess[]> {
    const ports: { client: number; peer: number; election: number }[] = []
    for (let i = 0; i < count; i++) {
      const [client, peer, election] = [await freePort(), await freePort(), await freePort()]
      ports.push({ client, peer, election })
    }
    const members = ports.map(
      ({ peer, election }, i) => `server.${i + 1}=127.0.0.1:${peer}:${election}`,
    )
    const servers = ports.map(({ client }, i) => {
      const data = join(directory, `server-${i + 1}`)
      mkdirSync(data, { recursive: true })
      if (count > 1) writeFileSync(join(data, 'myid'), `${i + 1}\n`)
      const lines = [
        `tickTime=${TICK_MS}`,
        `dataDir=${data}`,
        `clientPort=${client}`,
        'clientPortAddress=127.0.0.1',
        'admin.enableServer=false',
        '4lw.commands.whitelist=*',
        'maxClientCnxns=0',
        'maxSessionTimeout=60000',
        ...(count > 1 ? ['initLimit=50', 'syncLimit=25', ...members] : []),
      ]
      const configuration = join(data, 'zoo.cfg')
      writeFileSync(configuration, `${lines.join('\n')}\n`)
      return new ZooKeeperProcess(client, configuration, ownGroup)
    })
    await Promise.all(servers.map((server) => server.start()))
    return servers
  }

  /** Starts the server, again if it was stopped; resolves when it serves. */
  async start(): Promise<void> {
    const options = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']
    const main = ['-cp', JAR, 'org.apache.zookeeper.server.quorum.QuorumPeerMain']
    const child = spawn('java', [...options, ...main, this.#configuration], {
      stdio: 'ignore',
      detached: this.#ownGroup,
    })
    this.#process = child
    for (let tries = 0; tries < 600; tries++) {
      if (child.exitCode !== null) throw new Error('ZooKeeper ended while it started')
      if ((await this.mode()) !== undefined) return
      await delay(50)
    }
    throw new Error('ZooKeeper was not ready within 30 s')
  }

  /** 'standalone', 'leader' or 'follower'; `undefined` while it does not serve. */
  async mode(): Promise<string | undefined> {
    const socket = connect(this.port, '127.0.0.1')
    let answer = ''
    // A server that is just starting may take the connection and never say anything.
    socket.setTimeout(1000, () => socket.destroy())
    try {
      await once(socket, 'connect')
      socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
      socket.write('srvr')
      await once(socket, 'close')
    } catch {
      return undefined
    }
    return /^Mode: (\w+)$/m.exec(answer)?.[1]
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#process?.kill(signal)
  }

  /** Kills the server; resolves when it is gone. */
  async kill(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
}
