// The machine's own limit, run as a process of its own: a loop that receives frames, checks CRC-32C, writes to a file and
// acknowledges, or sends from a file, and does nothing else. `node raw-server.ts DIRECTORY` prints its port.

import { closeSync, openSync, writev } from 'node:fs'
import { createServer, Socket } from 'node:net'
import { join } from 'node:path'
import { crc32c } from '@samsa/protocol'

const directory = process.argv[2] ?? '.'
const file = openSync(join(directory, 'raw'), 'w')
const slabBytes = 1 << 21
/** Frames in flight are bounded by the load, so that a few slabs in turn are enough. */
const slabs = Array.from({ length: 16 }, () => Buffer.allocUnsafeSlow(slabBytes))
const answer = Buffer.alloc(4 + 56)
answer.writeInt32BE(56)

let slabIndex = 0
let slabPosition = 0
let filePosition = 0
let queued: Buffer[] = []
let answers: (() => void)[] = []
let writing = false

function place(size: number): Buffer {
  if (slabPosition + size > slabBytes) {
    slabIndex = (slabIndex + 1) % slabs.length
    slabPosition = 0
  }
  const slab = slabs[slabIndex] ?? Buffer.allocUnsafeSlow(size)
  const piece = slab.subarray(slabPosition, slabPosition + size)
  slabPosition += size
  return piece
}

function write(): void {
  if (writing || queued.length === 0) return
  writing = true
  const buffers = queued
  const waiting = answers
  queued = []
  answers = []
  const size = buffers.reduce((sum, buffer) => sum + buffer.length, 0)
  writev(file, buffers, filePosition, () => {
    writing = false
    for (const one of waiting) one()
    write()
  })
  filePosition += size
}

function received(frame: Buffer, socket: Socket): void {
  // Where the records of a Produce request of the load generator start does not matter to the cost.
  crc32c(frame.subarray(Math.min(100, frame.length)))
  queued.push(frame)
  answers.push(() => socket.write(answer))
}

function serve(socket: Socket): (chunk: Buffer) => void {
  let length = Buffer.alloc(0)
  let frame: Buffer | undefined
  let filled = 0
  return (chunk) => {
    let position = 0
    while (position < chunk.length) {
      if (frame === undefined) {
        const need = 4 - length.length
        length = Buffer.concat([length, chunk.subarray(position, position + need)])
        position += need
        if (length.length < 4) return
        frame = place(length.readInt32BE(0))
        filled = 0
        length = Buffer.alloc(0)
        continue
      }
      const count = Math.min(frame.length - filled, chunk.length - position)
      chunk.copy(frame, filled, position, position + count)
      filled += count
      position += count
      if (filled === frame.length) {
        received(frame, socket)
        frame = undefined
      }
    }
    write()
  }
}

interface RawHandle {
  onconnection: (error: number, handle: unknown) => void
}

const buffer = Buffer.allocUnsafeSlow(1 << 18)
const server = createServer()
server.listen(0, '127.0.0.1', () => {
  const raw = (server as unknown as { _handle: RawHandle })._handle
  raw.onconnection = (_error, handle) => {
    let take: (chunk: Buffer) => void = () => {}
    const options = {
      handle,
      onread: {
        buffer,
        callback: (count: number) => {
          take(buffer.subarray(0, count))
          return true
        },
      },
    }
    const socket = new Socket(options as ConstructorParameters<typeof Socket>[0])
    socket.setNoDelay(true)
    socket.on('error', () => {})
    take = serve(socket)
  }
  const address = server.address()
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
})
process.stdin.on('end', () => {
  closeSync(file)
  process.exit(0)
})
process.stdin.resume()
