// Who may connect.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConnectionLimits } from './connection-limits.ts'

test('Connections are counted over all and by address, with exceptions.', () => {
  const limits = new ConnectionLimits(() => ({
    maxConnections: 4,
    maxConnectionsPerIp: 2,
    overrides: new Map([['10.0.0.9', 0]]),
  }))
  assert.equal(limits.admit('10.0.0.1'), undefined)
  assert.equal(limits.admit('10.0.0.1'), undefined)
  assert.match(limits.admit('10.0.0.1') ?? '', /2 connections from 10\.0\.0\.1/)
  assert.match(limits.admit('10.0.0.9') ?? '', /0 connections from 10\.0\.0\.9/)
  assert.equal(limits.admit('10.0.0.2'), undefined)
  assert.equal(limits.admit('10.0.0.3'), undefined)
  assert.match(limits.admit('10.0.0.4') ?? '', /max\.connections/)
  limits.leave('10.0.0.1')
  assert.equal(limits.admit('10.0.0.4'), undefined)
  assert.equal(limits.count, 4)
})
