// One port for several protocols: what the first byte of a connection says about the peer.

/** What a peer speaks. */
export type WireProtocol = 'kafka' | 'tls' | 'http' | 'unknown'

const tlsHandshake = 0x16

/** A Kafka frame starts with the high byte of a length below 128 MB, TLS with a handshake record, HTTP with a letter. */
export function protocolOf(firstByte: number): WireProtocol {
  if (firstByte < 0x08) return 'kafka'
  if (firstByte === tlsHandshake) return 'tls'
  const letter = firstByte & 0xdf
  return letter >= 0x41 && letter <= 0x5a ? 'http' : 'unknown'
}
