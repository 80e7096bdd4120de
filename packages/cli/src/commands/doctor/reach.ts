// Whether addresses can be connected to from here, tried side by side.

import { connect } from 'node:net'

/** An address and how it went. */
export interface Reached {
  readonly host: string
  readonly port: number
  /** Of the broker that advertises it; undefined for addresses the user gave. */
  readonly brokerId: number | undefined
  readonly connectMs: number
  /** Why not, undefined when it can be reached. */
  readonly error: string | undefined
}

interface Address {
  readonly host: string
  readonly port: number
  readonly brokerId?: number
}

/** Connects to each and hangs up. */
export function reach(addresses: readonly Address[], timeoutSeconds: number): Promise<Reached[]> {
  return Promise.all(
    addresses.map(async ({ host, port, brokerId }) => {
      const startedAt = performance.now()
      const error = await attempt(host, port, timeoutSeconds * 1000)
      return { host, port, brokerId, connectMs: performance.now() - startedAt, error }
    }),
  )
}

function attempt(host: string, port: number, timeoutMs: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: timeoutMs })
    const end = (error: string | undefined): void => {
      socket.destroy()
      resolve(error)
    }
    socket.once('connect', () => end(undefined))
    socket.once('timeout', () => end(`no answer within ${timeoutMs / 1000} s`))
    socket.once('error', (error) => end('code' in error ? String(error.code) : error.message))
  })
}
