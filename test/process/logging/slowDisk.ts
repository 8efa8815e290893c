// Preloaded into a child: every write takes a while and is partial, as on a disk that can hardly follow.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'

const PAUSE_MS = 2
const writeSync: (fd: number, data: Buffer, offset: number, length: number) => number = fs.writeSync
const clock = new Int32Array(new SharedArrayBuffer(4))

fs.writeSync = function slow(fd: number, data: Buffer, offset: number, length: number): number {
  Atomics.wait(clock, 0, 0, PAUSE_MS)
  return writeSync(fd, data, offset, offset === undefined ? data.length : Math.ceil(length / 2))
} as typeof fs.writeSync
syncBuiltinESMExports()
