// TLS settings and peer certificates in Node's terms and back.

import type { ConnectionOptions, TLSSocket, TlsOptions as NodeTlsOptions } from 'node:tls'
import type { TlsOptions } from '../network.ts'

/** What both sides of a TLS connection have in common. */
export function secureContext(tls: TlsOptions): NodeTlsOptions & ConnectionOptions {
  return {
    ...(tls.key === undefined ? {} : { key: tls.key }),
    ...(tls.certificate === undefined ? {} : { cert: tls.certificate }),
    ...(tls.authorities === undefined ? {} : { ca: [...tls.authorities] }),
    ...(tls.passphrase === undefined ? {} : { passphrase: tls.passphrase }),
  }
}

/**
 * Distinguished name of a peer whose certificate was verified, in the order and spelling of RFC 2253 as Java writes it
 * (`CN=client,OU=team,O=company`); `undefined` when there is none or nobody vouches for it.
 */
export function peerPrincipal(socket: TLSSocket): string | undefined {
  if (!socket.authorized) return undefined
  const subject = socket.getPeerX509Certificate()?.subject
  if (subject === undefined || subject === '') return undefined
  return subject.split('\n').reverse().join(',')
}
