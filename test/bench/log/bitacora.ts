import { randomBytes } from 'node:crypto'
import { createLogging } from '../../../bot/logging/createLogging.ts'
import { type BenchLogger, FILE_BYTES, FILES, IDENTITY, type OpenLogger } from './logger.ts'

const CLOSE_MS = 60_000

/** As bot/main.ts opens it. */
function logger(dir: string, more: Partial<Parameters<typeof createLogging>[0]>): BenchLogger {
  const secret = `${110_201_543}:${randomBytes(26).toString('base64url')}`
  const files = { dir, maxFileSize: FILE_BYTES, maxFiles: FILES }
  const { logger: log, close } = createLogging({ level: 'info', identity: IDENTITY, secret, files, ...more })
  return {
    numbers: true,
    info: (message, fields) => log.info(message, fields),
    debug: (message, fields) => log.debug(message, fields),
    async close() {
      if (!(await close(CLOSE_MS))) throw new Error(`Not in the files after ${CLOSE_MS} ms`)
    },
  }
}

export const file: OpenLogger = (dir) => logger(dir, {})

export const fileAndStdout: OpenLogger = (dir) =>
  logger(dir, { stdout: { stream: process.stdout, colours: false } })
