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
  /** What has to go before the next data, and how much of those data is written already. */
  let before = Buffer.alloc(0)
  let written = 0

  function open(): number {
    mkdirSync(dirname(path), { recursive: true })
    const opened = openSync(path, 'a+', MODE)
    fd = opened
    const { size } = fstatSync(opened)
    if (size === 0) fchmodSync(opened, MODE)
    before = Buffer.from(size === 0 ? header() : endsInNewline(opened, size) ? '' : '\n')
    written = 0
    return opened
  }

  function close(): void {
    if (fd !== undefined) closeSync(fd)
    fd = undefined
  }

  return {
    /**
     * Adds the data to the file at `to`, which is opened when it is another one than before.
     *
     * @throws when the disk refuses; call it again with the same arguments until it does not
     */
    append(to: string, data: Buffer): void {
      if (fd !== undefined && (to !== path || fstatSync(fd).nlink === 0)) close()
      path = to
      const file = fd ?? open()
      while (before.length > 0) before = before.subarray(writeSync(file, before))
      while (written < data.length) written += writeSync(file, data, written, data.length - written)
      written = 0
    },
    close,
  }
}

function endsInNewline(fd: number, size: number): boolean {
  const last = Buffer.alloc(1)
  readSync(fd, last, 0, 1, size - 1)
  return last[0] === NEWLINE
}
