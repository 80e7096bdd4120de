/** Where keys and groups go: values that Java computes. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { coordinatorPartition, javaHashCode } from './java-string.ts'
import { murmur2, partitionOfKey } from './murmur2.ts'

test('keys of every length go where the Java producer puts them', () => {
  const hashes = ['', 'a', 'ab', 'abc', 'abcd', 'abcde'].map((key) => murmur2(Buffer.from(key)))
  assert.deepEqual(hashes, [275646681, -1563381124, 316155434, 479470107, -1323649548, 461995741])
  assert.equal(partitionOfKey(Buffer.from('a'), 50), 24)
})

test('the hash whose absolute value does not exist belongs to partition 0', () => {
  assert.equal(javaHashCode('polygenelubricants'), -(2 ** 31))
  assert.equal(coordinatorPartition('polygenelubricants', 50), 0)
  assert.equal(coordinatorPartition('my-group', 50), 12)
})
