import { randomBytes } from 'node:crypto'
import { createConsole } from '../../../bot/logging/console.ts'
import { createLine } from '../../../bot/logging/line.ts'
import { closeLogger, createLogger } from '../../../bot/logging/logger.ts'
import type { Sink } from '../../../bot/logging/sink.ts'
import { createVolume } from '../../../bot/logging/volume.ts'
import { type BenchLogger, FILE_BYTES, FILES, IDENTITY, type OpenLogger } from './logger.ts'

const CLOSE_MS = 60_000

/** As bot/main.ts puts it together. */
function logger(dir: string, more: Sink[]): BenchLogger {
  const secret = `${110_201_543}:${randomBytes(26).toString('base64url')}`
  const line = createLine({ identity: IDENTITY, secret, now: Date.now })
  const volume = createVolume({ dir, maxFileSize: FILE_BYTES, maxFiles: FILES, line, header: {} })
  const log = createLogger({ level: 'info', line, sinks: [volume, ...more] })
  return {
    numbers: true,
    info: (message, fields) => log.info(message, fields),
    debug: (message, fields) => log.debug(message, fields),
    async close() {
      const written = await closeLogger(log, CLOSE_MS)
      if (!written) throw new Error(`Not on the volume after ${CLOSE_MS} ms`)
    },
  }
}

export const volume: OpenLogger = (dir) => logger(dir, [])

export const volumeAndStdout: OpenLogger = (dir) =>
  logger(dir, [createConsole({ stream: process.stdout, colours: false })])
