import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import DailyRotateFile from 'winston-daily-rotate-file'

/** The rotation's files: `bot-<date>.log`, then `bot-<date>.1.log`, `bot-<date>.2.log`… */
const LOG_FILE = /^bot-(\d{4}-\d\d-\d\d)(?:\.(\d+))?\.log$/
/** Not *.log, or a collector would ship it. */
const AUDIT_FILE = '.bot-audit.json'
const HASH = 'sha256'
/** The library opens a stream of its own for every file that it chooses; through this one nothing happens. */
const nullFs = {
  open: (_path: string, _flags: string, _mode: number, done: (error: null, fd: number) => void) =>
    done(null, 0),
  write: (
    ...[, , , length, , done]: [number, Buffer, number, number, null, (error: null, length: number) => void]
  ) => done(null, length),
  close: (_fd: number, done: (error: null) => void) => done(null),
}

/** The file that comes next. */
export interface Choice {
  readonly path: string
  /** Passes over this one, to the next number. */
  skip(): void
}

/**
 * Asks winston-daily-rotate-file which file of the directory is to be continued or begun (by size, and by the day of
 * UTC), and lets it delete the oldest. It is asked anew for each file, so that what anybody did to the directory
 * meanwhile counts.
 *
 * @param dir is made where it is missing; the library reads it as a pattern, so it may hold no special character
 * @param fullBytes a file is continued while it is smaller; whole KB
 * @param maxFiles at least 2
 * @throws when the directory can be neither written nor made
 */
export function chooseFile({
  dir,
  fullBytes,
  maxFiles,
}: {
  dir: string
  fullBytes: number
  maxFiles: number
}): Choice {
  mkdirSync(dir, { recursive: true })
  const auditFile = join(dir, AUDIT_FILE)
  rebuildAuditFile(auditFile, dir, maxFiles)
  const library = new DailyRotateFile({
    dirname: dir,
    filename: 'bot-%DATE%',
    extension: '.log',
    utc: true,
    maxSize: `${fullBytes / 1024}k`,
    maxFiles,
    auditFile,
    options: { flags: 'a', fs: nullFs },
  })
  let path: string = JSON.parse(readFileSync(auditFile, 'utf8')).files.at(-1).name
  library.on('rotate', (_old: string, next: string) => {
    path = next
  })
  return {
    get path() {
      return path
    },
    skip() {
      library.logStream.write(Buffer.alloc(fullBytes + 1)) // now it is full,
      library.logStream.write('') // so that the next write goes to another
    },
  }
}

/**
 * The library numbers and deletes by a list of its own; with one that it cannot read, it would never delete again, and
 * it deletes no more than one file for each new one. So it is made from the files that are there.
 */
function rebuildAuditFile(auditFile: string, dir: string, maxFiles: number): void {
  const files = listFiles(dir)
  for (const { path } of files.splice(0, Math.max(0, files.length - maxFiles))) deleteFile(path)
  const audit = {
    keep: { days: false, amount: maxFiles },
    auditLog: auditFile,
    files: files.map(({ path, date }) => ({
      date,
      name: path,
      hash: createHash(HASH).update(`${path}LOG_FILE${date}`).digest('hex'),
    })),
    hashType: HASH,
  }
  rmSync(auditFile, { recursive: true, force: true })
  writeFileSync(auditFile, JSON.stringify(audit), { mode: 0o640 })
}

/** The regular files in the order in which they are to be deleted: those of a later day, of a clock that was ahead, first. */
function listFiles(dir: string): { path: string; date: number }[] {
  const today = new Date().toISOString().slice(0, 10)
  return readdirSync(dir, { withFileTypes: true })
    .flatMap((entry) => {
      const [, day = '', number = '0'] = LOG_FILE.exec(entry.name) ?? []
      return day && entry.isFile() ? { path: join(dir, entry.name), day, number: Number(number) } : []
    })
    .sort(
      (a, b) =>
        Number(b.day > today) - Number(a.day > today) || a.day.localeCompare(b.day) || a.number - b.number,
    )
    .map(({ path }) => ({ path, date: Math.floor(lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) }))
}

/** One that cannot be deleted stays, and is tried again with the next file. */
function deleteFile(path: string): void {
  try {
    rmSync(path)
  } catch {}
}
