// A frame is a header and a body: which header, and where the body begins.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ByteWriter } from '../bytes/index.ts'
import { ApiVersions, apis, ControlledShutdown, Fetch, Metadata, RequestHeader } from './index.ts'
import {
  requestHeaderVersion,
  responseHeaderVersion,
  ResponseHeader,
  SaslHandshake,
} from './index.ts'

test('header versions follow flexibility, but for the two that do not', () => {
  assert.equal(requestHeaderVersion(Fetch, 11), 1)
  assert.equal(requestHeaderVersion(Fetch, 12), 2)
  assert.equal(responseHeaderVersion(Fetch, 11), 0)
  assert.equal(responseHeaderVersion(Fetch, 12), 1)
  assert.equal(requestHeaderVersion(ControlledShutdown, 0), 0)
  assert.equal(requestHeaderVersion(ApiVersions, 3), 2)
  assert.equal(responseHeaderVersion(ApiVersions, 3), 0)
  assert.equal(requestHeaderVersion(SaslHandshake, 1), 1)
})

test('a request is a header and a body in one writer, and is read so', () => {
  const version = 12
  const writer = new ByteWriter()
  const headerVersion = requestHeaderVersion(Metadata, version)
  const header = { requestApiKey: 3, requestApiVersion: version, correlationId: 5, clientId: 'me' }
  RequestHeader.write(headerVersion, header, writer)
  Metadata.request.write(version, { topics: null }, writer)
  const frame = writer.finish()
  const { value, end } = RequestHeader.decodeFrom(headerVersion, frame)
  assert.deepEqual(value, header)
  assert.equal(Metadata.request.decode(version, frame, end).topics, null)
  // The client id keeps an int16 length, so that any broker can read it.
  assert.equal(frame.readInt16BE(8), 2)
})

test('a response tells which request it answers', () => {
  const bytes = ResponseHeader.encode(1, { correlationId: 77 })
  assert.deepEqual(ResponseHeader.decode(1, bytes), { correlationId: 77 })
  assert.equal(bytes.length, 5)
})

test('every API is registered under its key', () => {
  assert.equal(apis.size, 95)
  assert.equal(apis.get(1), Fetch)
  for (const [key, api] of apis) assert.equal(api.key, key)
})
