import { statSync } from 'node:fs'
import DailyRotateFile from 'winston-daily-rotate-file'
import { newestFile, writeAudit } from './audit.ts'
import { MAX_BATCH_BYTES } from './batch.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** Kept free in each file: 4 KB for the header, which the library is not told of, and what a batch may exceed 64 KB by. */
const MARGIN_KB = 4 + MAX_BATCH_BYTES / 1024 - 64
const FILLER = Buffer.alloc(MAX_BATCH_BYTES)
/** Takes what the library's streams write, and leaves it. */
const NOWHERE = {
  open: (_path: string, _flags: string, _mode: number, done: (error: null, fd: number) => void) =>
    done(null, 0),
  write: (
    ...[, , , length, , done]: [number, Buffer, number, number, null, (error: null, length: number) => void]
  ) => done(null, length),
  close: (_fd: number, done: (error: null) => void) => done(null),
}

/** Which file the lines go to. */
export interface Rotation {
  readonly path: string
  /** Whether the next advance begins a new file. */
  isDue(): boolean
  /**
   * Makes room for so many bytes, at most a batch: `path` is a new file afterwards when the old one was full or of
   * yesterday, and the oldest file may be gone.
   *
   * @throws when the directory can be neither found nor made; the rotation is of no use then
   */
  advance(bytes: number): void
}

/**
 * winston-daily-rotate-file names, numbers, rotates (by size, and by the day of UTC) and deletes the files. It is
 * told the size of each batch instead of the lines: its streams open a file only on the next tick, which is too late
 * for a process that exits and for a burst, and lose what the disk refuses.
 *
 * @param maxFileSize bytes
 * @param maxFiles at least 2
 * @throws when the directory can be neither read nor made
 */
export function createRotation(options: { dir: string; maxFileSize: number; maxFiles: number }): Rotation {
  const { dir, maxFiles } = options
  const maxKb = Math.max(1, Math.floor(options.maxFileSize / 1024) - MARGIN_KB)
  const auditFile = writeAudit(dir, maxFiles)
  const library = new DailyRotateFile({
    dirname: dir,
    filename: 'bot-%DATE%',
    extension: '.log',
    utc: true,
    maxSize: `${maxKb}k`,
    maxFiles,
    auditFile,
    options: { flags: 'a', fs: NOWHERE },
  })
  let path = newestFile(auditFile)
  let size = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  let day = today()
  /** Bytes of which the library does not know yet: it is slow, and told only so often. */
  let untold = 0

  library.on('rotate', (_old: string, next: string) => {
    path = next
    size = 0
    day = today()
  })

  function tell(bytes: number): void {
    untold -= bytes
    library.logStream.write(FILLER.subarray(0, bytes))
  }

  const isDue = () => size > maxKb * 1024 || today() !== day

  return {
    get path() {
      return path
    },
    isDue,
    advance(bytes) {
      const due = isDue()
      if (due || untold + bytes > FILLER.length) tell(untold)
      if (due) tell(0)
      untold += bytes
      size += bytes
    },
  }
}

function today(): number {
  return Math.floor(Date.now() / DAY_MS)
}
