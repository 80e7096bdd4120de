// Connect strings as people write them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Chroot } from './chroot.ts'
import { parseConnectString } from './connect-string.ts'
import { Lease } from './lease.ts'

test('servers, ports and the root are read, nonsense is refused', () => {
  assert.deepEqual(parseConnectString('a:1, b,[::1]:3/x/y'), {
    servers: [
      { host: 'a', port: 1 },
      { host: 'b', port: 2181 },
      { host: '::1', port: 3 },
    ],
    chroot: '/x/y',
  })
  assert.equal(parseConnectString('a:1/')?.chroot, '')
  for (const text of ['', 'a:', 'a:0', 'a:70000', 'a,,b', 'a:1//x', 'a/x/../y', 'a b']) {
    assert.equal(parseConnectString(text), undefined, text)
  }
})

test('paths go through a root and back', () => {
  const root = new Chroot('/x/y')
  assert.deepEqual(root.pathsToRoot, ['/x', '/x/y'])
  assert.deepEqual([root.outer('/'), root.outer('/a')], ['/x/y', '/x/y/a'])
  const inner = ['/x/y', '/x/y/a', '/x/yz', '/x'].map((path) => root.inner(path))
  assert.deepEqual(inner, ['/', '/a', undefined, undefined])
  const none = new Chroot('')
  assert.deepEqual([none.outer('/a'), none.inner('/a'), none.pathsToRoot], ['/a', '/a', []])
})

test('a lease counts from the sending of a committed write and ends before the session can', () => {
  const lease = new Lease(500)
  assert.equal(lease.untilMs, -Infinity)
  lease.committed(1000, 6000)
  assert.equal(lease.untilMs, 1000 + 6000 - 1200 - 500 - 60)
  lease.committed(900, 6000)
  assert.equal(lease.untilMs, 5240)
  const careful = new Lease(undefined)
  careful.committed(0, 6000)
  assert.equal(careful.untilMs, 6000 - 1200 - 3000 - 60)
  assert.ok(careful.untilMs > Lease.intervalMs(6000))
  careful.end()
  assert.equal(careful.untilMs, -Infinity)
})
