import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

/** Group-readable: the collector runs as another user of the volume's group. */
const MODE = 0o640
/** Pause before a failed write is tried again, doubled up to the longest. */
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 1000

type Callback<T> = (error: Error | null, value: T) => void

interface File {
  path: string
  fd: number | undefined
}

interface Write {
  file: File
  data: Buffer
  /** What of the data, and of the header before it, is not in the file yet. */
  rest: Buffer
  done: (() => void) | undefined
}

/**
 * Files that never report an error: a write succeeds at once, or it is repeated until it does.
 *
 * The `fs` in it is for the streams of winston-daily-rotate-file (see the option `fs` of Node's
 * fs.createWriteStream). A file is opened by its first write and again when somebody deleted it; what is new
 * begins with the header; a partial write is completed; a line torn by an earlier process is closed first.
 *
 * @param header the first line of each new file
 * @param onError called for each failure of the disk
 * @param onWritten called when a write of a stream is complete
 */
export function createFiles(on: {
  header: () => string
  onError: (error: unknown) => void
  onWritten: () => void
}) {
  const files = new Map<number, File>()
  let lastId = 0
  let write: Write | undefined
  let timer: NodeJS.Timeout | undefined
  let pauseMs = FIRST_RETRY_MS

  /** Tries what is left of the current write; false when the disk refuses. */
  function attempt(): boolean {
    if (!write) return true
    try {
      if (!isOpen(write.file)) open(write)
      while (write.rest.length > 0) {
        write.rest = write.rest.subarray(writeSync(write.file.fd as number, write.rest))
      }
    } catch (error) {
      on.onError(error)
      return false
    }
    const { done } = write
    write = undefined
    pauseMs = FIRST_RETRY_MS
    if (done) {
      done()
      on.onWritten()
    }
    return true
  }

  function open(write: Write): void {
    const { file, data } = write
    if (file.fd !== undefined) closeSync(file.fd)
    file.fd = undefined
    mkdirSync(dirname(file.path), { recursive: true })
    file.fd = openSync(file.path, 'a+', MODE)
    const { size } = fstatSync(file.fd)
    if (size === 0) fchmodSync(file.fd, MODE)
    const before = size === 0 ? on.header() : endsWithNewline(file.fd, size) ? '' : '\n'
    write.rest = Buffer.concat([Buffer.from(before), data])
  }

  function retry(): void {
    timer = setTimeout(() => {
      timer = undefined
      if (!attempt()) retry()
    }, pauseMs)
    pauseMs = Math.min(pauseMs * 2, LONGEST_RETRY_MS)
  }

  return {
    fs: {
      open(path: string, _flags: string, _mode: number, done: Callback<number>): void {
        lastId += 1
        files.set(lastId, { path, fd: undefined })
        done(null, lastId)
      },
      write(
        id: number,
        buffer: Buffer,
        offset: number,
        length: number,
        _position: unknown,
        done: Callback<number>,
      ) {
        const data = buffer.subarray(offset, offset + length)
        write = { file: files.get(id) as File, data, rest: data, done: () => done(null, length) }
        if (!attempt()) retry()
      },
      close(id: number, done: (error: Error | null) => void): void {
        const fd = files.get(id)?.fd
        files.delete(id)
        if (fd !== undefined) closeSync(fd)
        done(null)
      },
    },

    /** Tries once, now, what is left of the current write; false when the disk refuses. */
    complete(): boolean {
      clearTimeout(timer)
      return attempt()
    },

    /** Adds the text to the file now; false when the disk refuses. */
    append(path: string, text: string): boolean {
      const data = Buffer.from(text)
      const file = [...files.values()].find((file) => file.path === path) ?? { path, fd: undefined }
      write = { file, data, rest: data, done: undefined }
      return attempt()
    },
  }
}

function isOpen({ fd }: File): boolean {
  return fd !== undefined && fstatSync(fd).nlink > 0
}

function endsWithNewline(fd: number, size: number): boolean {
  const last = Buffer.alloc(1)
  readSync(fd, last, 0, 1, size - 1)
  return last[0] === 10
}
