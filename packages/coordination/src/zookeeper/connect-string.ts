// The text that names an ensemble, as in `zookeeper.connect`: `host:port,host:port/path`. The path, if there is one, is
// where the cluster's root lies in the ensemble's tree.

/** One server of an ensemble. */
export interface ZooKeeperServer {
  readonly host: string
  readonly port: number
}

/** An ensemble and the root in it, '' for its own. */
export interface Ensemble {
  readonly servers: readonly ZooKeeperServer[]
  readonly chroot: string
}

const DEFAULT_PORT = 2181

/** Reads a connect string; `undefined` when it is none. IPv6 addresses stand in brackets. */
export function parseConnectString(text: string): Ensemble | undefined {
  const slash = text.indexOf('/')
  const chroot = slash < 0 ? '' : text.slice(slash).replace(/\/$/, '')
  const servers: ZooKeeperServer[] = []
  for (const part of (slash < 0 ? text : text.slice(0, slash)).split(',')) {
    const match = /^\s*(?:\[([^\]]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?\s*$/.exec(part)
    const host = match?.[1] ?? match?.[2]
    const port = Number(match?.[3] ?? DEFAULT_PORT)
    if (host === undefined || port < 1 || port > 65535) return undefined
    servers.push({ host, port })
  }
  if (chroot !== '' && !/^(?:\/(?!\.{1,2}(?:\/|$))[^/]+)+$/.test(chroot)) return undefined
  return { servers, chroot }
}
