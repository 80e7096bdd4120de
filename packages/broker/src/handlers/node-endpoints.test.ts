// Clients are sent where brokers really are, whatever a broker was told to advertise.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrokerRegistration } from '../metadata/metadata-view.ts'
import { addressOf } from './node-endpoints.ts'

const endpoint = { host: '', port: 9092, securityProtocol: 'PLAINTEXT' }

function where(id: number, told: { host?: string; boundHost?: string }): string | undefined {
  const endpoints = new Map([['PLAINTEXT', { ...endpoint, ...told }]])
  const broker = { id, endpoints } as unknown as BrokerRegistration
  const connection = { listenerName: 'PLAINTEXT', local: { host: '192.0.2.1', port: 9092 } }
  return addressOf({ brokerId: 1, connection: connection as never }, broker)?.host
}

test('an advertised address is what it is, for every broker', () => {
  assert.equal(where(1, { host: 'kafka.example' }), 'kafka.example')
  assert.equal(where(2, { host: 'kafka.example' }), 'kafka.example')
})

test('the broker that was asked is where it was asked', () => {
  assert.equal(where(1, { boundHost: '0.0.0.0' }), '192.0.2.1')
  assert.equal(where(1, { boundHost: 'localhost' }), '192.0.2.1')
})

test('another broker is where it listens; one that listens everywhere may be on the same machine', () => {
  assert.equal(where(2, { boundHost: '192.0.2.2' }), '192.0.2.2')
  assert.equal(where(2, { boundHost: '0.0.0.0' }), '192.0.2.1')
})
