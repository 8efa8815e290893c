import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs'
import { chooseFile } from './rotation.ts'
import { MAX_BATCH_BYTES } from './sink.ts'

/** Group-readable: the collector runs as another user of the volume's group. */
const MODE = 0o640
/** Readable too, for what went astray is read back. A link is no log file; Windows has no such flag. */
const FLAGS = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0)
/** What is known to keep one entry of the directory from being opened, and not the next one. */
const ENTRY_ERRORS = ['EACCES', 'EISDIR', 'ELOOP', 'ENXIO', 'EPERM', 'ENOTREGULAR']
const MAX_SKIPS = 1000
/** How often the path is looked at. */
const LOOK_MS = 100
const DAY_MS = 24 * 60 * 60 * 1000
/** Kept free in each file: 4 KB for the header, and what a batch may exceed 64 KB by. */
const MARGIN_KB = 4 + MAX_BATCH_BYTES / 1024 - 64
const NEWLINE = 10
const EMPTY = Buffer.alloc(0)

/** The log files of a directory, of which the current one is appended to. It knows files and no time to wait. */
export interface LogFiles {
  /**
   * Writes like write(2): some of the data may be left, and has to come next. Opens the next file first when the current
   * one is full or of yesterday.
   *
   * @returns how many bytes are written
   * @throws what the disk answered, when none is
   */
  append(data: Buffer): number
  /** Opens the next file when the current one is full, so that its header precedes its lines in `seq`, too. */
  prepare(): void
  /**
   * Looks, at most every 100 ms, whether the path still leads to the file that is written to; where it does not, all
   * that was written since the last good look is written again, to the file that the path leads to now.
   *
   * @param now looks in any case
   * @throws what the disk answered; call it again
   */
  confirm(now?: boolean): void
  /** From now on everything goes to the end of the current file. */
  stopRotating(): void
  /** Bytes that precede the next data: a header, or what is to be written again. */
  readonly pendingBytes: number
  close(): void
}

interface OpenFile {
  path: string
  fd: number
  dev: number
  ino: number
  day: number
  size: number
  /** Up to this size the path was seen to lead here. */
  confirmed: number
}

/**
 * @param maxFileSize bytes; a file exceeds it by less than 64 KB
 * @param maxFiles at least 2
 * @param header makes the first line of each new file
 */
export function createLogFiles(options: {
  dir: string
  maxFileSize: number
  maxFiles: number
  header: () => string
}): LogFiles {
  const { dir, maxFiles } = options
  const fullBytes = Math.max(1, Math.floor(options.maxFileSize / 1024) - MARGIN_KB) * 1024
  let current: OpenFile | undefined
  /** What has to be written before the next data. */
  let pending: Buffer = EMPTY
  /** The last data were broken off: what is left of them belongs to the same file. */
  let isTorn = false
  let rotates = true
  let nextLook = 0

  function isFull(file: OpenFile): boolean {
    return rotates && !isTorn && pending.length === 0 && (file.size >= fullBytes || file.day !== today())
  }

  function open(): OpenFile {
    const choice = chooseFile({ dir, fullBytes, maxFiles })
    for (let skips = 0; ; skips++) {
      try {
        const file = openRegularFile(choice.path)
        const start = file.size === 0 ? options.header() : endsInNewline(file) ? '' : '\n'
        pending = Buffer.concat([Buffer.from(start), pending])
        return file
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException
        if (!ENTRY_ERRORS.includes(code) || skips === MAX_SKIPS) throw error
        accessSync(dir, constants.W_OK)
        choice.skip()
      }
    }
  }

  /** The file that takes the next data, with nothing left to precede them. */
  function ready(): OpenFile {
    if (current && isFull(current)) look(current)
    if (current && isFull(current)) close()
    current ??= open()
    while (pending.length > 0) {
      const written = writeSync(current.fd, pending)
      current.size += written
      pending = pending.subarray(written)
    }
    return current
  }

  function append(data: Buffer): number {
    const file = ready()
    let written = 0
    try {
      while (written < data.length) written += writeSync(file.fd, data, written, data.length - written)
    } catch (error) {
      nextLook = 0 // a deleted file holds its space as long as it is open
      if (written === 0) throw error
    }
    isTorn = written < data.length
    file.size += written
    return written
  }

  function confirm(now = false): void {
    const time = performance.now()
    if (current && (now || time >= nextLook)) {
      nextLook = time + LOOK_MS
      look(current)
    }
    if (pending.length > 0) ready()
  }

  function look(file: OpenFile): void {
    const found = find(file.path)
    if (found === 'unknown') return
    if (found?.ino === file.ino && found.dev === file.dev) {
      file.size = found.size // another process may write to it, too, or have cut it
      if (!isTorn) file.confirmed = found.size
      return
    }
    pending = Buffer.concat([readFrom(file), pending])
    close()
  }

  function close(): void {
    if (current) closeSync(current.fd)
    current = undefined
  }

  return {
    append,
    prepare: () => void ready(),
    confirm,
    stopRotating() {
      rotates = false
    },
    get pendingBytes() {
      return pending.length
    },
    close,
  }
}

function openRegularFile(path: string): OpenFile {
  const fd = openSync(path, FLAGS, MODE)
  try {
    const stats = fstatSync(fd)
    const { dev, ino, size, mode } = stats
    if (!stats.isFile()) throw Object.assign(new Error(`${path} is no file`), { code: 'ENOTREGULAR' })
    if (size === 0 && (mode & 0o777) !== MODE) fchmodSync(fd, MODE)
    return { path, fd, dev, ino, day: today(), size, confirmed: size }
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** What is at the path; undefined for nothing. A folder that may not be searched now tells neither. */
function find(path: string): Stats | undefined | 'unknown' {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOTDIR' ? undefined : 'unknown'
  }
}

function endsInNewline({ fd, size }: OpenFile): boolean {
  const last = Buffer.alloc(1)
  readSync(fd, last, 0, 1, size - 1)
  return last[0] === NEWLINE
}

/** What was written since the last good look. */
function readFrom({ fd, confirmed }: OpenFile): Buffer {
  const data = Buffer.alloc(Math.max(0, fstatSync(fd).size - confirmed))
  const bytes = readSync(fd, data, 0, data.length, confirmed)
  return data.subarray(0, bytes)
}

function today(): number {
  return Math.floor(Date.now() / DAY_MS)
}
