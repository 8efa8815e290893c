import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The rotation's files: `bot-<date>.log`, then `bot-<date>.1.log`, `bot-<date>.2.log`… */
const LOG_FILE = /^bot-(\d{4}-\d\d-\d\d)(?:\.(\d+))?\.log$/
/** Not *.log, or a collector would ship it. */
const AUDIT_FILE = '.bot-audit.json'
const HASH = 'sha256'

interface LogFile {
  path: string
  /** Milliseconds since 1970. */
  writtenAt: number
}

/**
 * Writes the list that winston-daily-rotate-file numbers and deletes its files by, from the files that are there:
 * with a list that it cannot read, the library would never delete again.
 *
 * @returns the path of the list
 * @throws when the directory can be neither written nor made
 */
export function writeAudit(dir: string, maxFiles: number): string {
  mkdirSync(dir, { recursive: true })
  const auditFile = join(dir, AUDIT_FILE)
  const audit = {
    keep: { days: false, amount: maxFiles },
    auditLog: auditFile,
    files: logFiles(dir).map(({ path, writtenAt }) => ({
      date: writtenAt,
      name: path,
      hash: createHash(HASH).update(`${path}LOG_FILE${writtenAt}`).digest('hex'),
    })),
    hashType: HASH,
  }
  rmSync(auditFile, { recursive: true, force: true })
  writeFileSync(auditFile, JSON.stringify(audit), { mode: 0o640 })
  return auditFile
}

/** The file that the library, once made, continues or begins. */
export function newestFile(auditFile: string): string {
  return JSON.parse(readFileSync(auditFile, 'utf8')).files.at(-1).name
}

function logFiles(dir: string): LogFile[] {
  return readdirSync(dir)
    .map((name) => LOG_FILE.exec(name))
    .filter((match) => match !== null)
    .sort(([, dayA = '', nA = '0'], [, dayB = '', nB = '0']) => dayA.localeCompare(dayB) || +nA - +nB)
    .map(([name]) => ({ path: join(dir, name), writtenAt: Math.floor(statSync(join(dir, name)).mtimeMs) }))
}
