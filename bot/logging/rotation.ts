import { statSync } from 'node:fs'
import DailyRotateFile from 'winston-daily-rotate-file'
import { newestFile, writeAudit } from './audit.ts'

const MESSAGE = Symbol.for('message')
const DAY_MS = 24 * 60 * 60 * 1000
/** How long a closed file lives at least, so that a collector can read it to its end. */
const READER_MS = 5000
/** Room in each file for what the library does not count: the header. */
const HEADER_KB = 4

/** The file that the lines go to now, and the rule when the next one begins. */
export interface Rotation {
  readonly path: string
  /** Whether the next write begins a new file. */
  isDue(): boolean
  /** Milliseconds until that may happen without deleting a file that a collector may still read. */
  pauseMs(): number
  /** @throws when the next file is due and its directory can be neither found nor made */
  write(text: string, bytes: number): void
  close(done: () => void): void
}

/**
 * winston-daily-rotate-file, set up once: it names, numbers and deletes the files, by size and by the day of UTC
 * on the clock of Date.
 *
 * @param maxFileSize bytes
 * @param fs what writes the files, see the option `fs` of Node's fs.createWriteStream
 * @throws when the directory can be neither read nor made
 */
export function createRotation(options: {
  dir: string
  maxFileSize: number
  maxFiles: number
  fs: object
  onDeletedEarly: () => void
}): Rotation {
  const { dir, maxFiles, fs } = options
  const maxKb = Math.max(1, Math.floor(options.maxFileSize / 1024) - HEADER_KB)
  const { auditFile, files } = writeAudit(dir, maxFiles)
  const library = new DailyRotateFile({
    dirname: dir,
    filename: 'bot-%DATE%',
    extension: '.log',
    utc: true,
    maxSize: `${maxKb}k`,
    maxFiles,
    auditFile,
    eol: '',
    options: { flags: 'a', fs },
  })
  let path = newestFile(auditFile)
  let bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  let day = today()
  /** From the newest to the oldest. */
  const closed = files.filter((file) => file.path !== path).reverse()

  library.on('new', (name: string) => {
    if (name === path) return
    path = name
    bytes = 0
    day = today()
  })
  library.on('rotate', (old: string) => {
    closed.unshift({ path: old, writtenAt: Date.now() })
    closed.length = Math.min(closed.length, maxFiles)
  })
  library.on('logRemoved', (name: string) => {
    const file = closed.find(({ path }) => path === name)
    if (file && age(file) < READER_MS) options.onDeletedEarly()
  })

  const isDue = () => bytes > maxKb * 1024 || today() !== day

  return {
    get path() {
      return path
    },
    isDue,
    pauseMs() {
      const doomed = isDue() ? closed[maxFiles - 2] : undefined
      return doomed ? Math.max(0, READER_MS - age(doomed)) : 0
    },
    write(text, size) {
      library.log?.({ [MESSAGE]: text }, () => {})
      bytes += size
    },
    close(done) {
      library.once('finish', done)
      library.close?.()
    },
  }
}

function today(): number {
  return Math.floor(Date.now() / DAY_MS)
}

function age({ writtenAt }: { writtenAt: number }): number {
  return Date.now() - writtenAt
}
