import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Group-readable: the collector runs as another user of the volume's group. */
const MODE = 0o640
const NEWLINE = 10

/**
 * The end of the log. Nothing is torn: a write that the disk broke off goes on where it stopped, and a line that an
 * earlier process left unfinished is closed first. Nothing goes into a deleted file: it is made anew.
 *
 * @param header makes the first line of each new file
 */
export function createFile(header: () => string) {
  let path = ''
  let fd: number | undefined
  /** Of an append that failed: what is not in the file yet. */
  let rest = Buffer.alloc(0)

  function open(data: Buffer): void {
    mkdirSync(dirname(path), { recursive: true })
    fd = openSync(path, 'a+', MODE)
    const { size } = fstatSync(fd)
    if (size === 0) fchmodSync(fd, MODE)
    const before = size === 0 ? header() : endsInNewline(fd, size) ? '' : '\n'
    rest = Buffer.concat([Buffer.from(before), data])
  }

  function close(): void {
    if (fd !== undefined) closeSync(fd)
    fd = undefined
  }

  return {
    /**
     * Adds the text to the file at `to`, which is opened when it is another one than before.
     *
     * @throws when the disk refuses; call it again with the same arguments until it does not
     */
    append(to: string, text: string): void {
      if (fd !== undefined && (to !== path || fstatSync(fd).nlink === 0)) close()
      path = to
      if (fd === undefined) open(Buffer.from(text))
      else if (rest.length === 0) rest = Buffer.from(text)
      while (rest.length > 0) rest = rest.subarray(writeSync(fd as number, rest))
    },
    close,
  }
}

function endsInNewline(fd: number, size: number): boolean {
  const last = Buffer.alloc(1)
  readSync(fd, last, 0, 1, size - 1)
  return last[0] === NEWLINE
}
