import { createLogger, format, transports } from 'winston'
import DailyRotateFile from 'winston-daily-rotate-file'
import type Transport from 'winston-transport'
import { type BenchLogger, FILE_BYTES, FILES, IDENTITY, type OpenLogger } from './logger.ts'

/** As the README of winston-daily-rotate-file has it. */
export const textbook: OpenLogger = (dir) => open(dir, [])

export const fileAndStdout: OpenLogger = (dir) => open(dir, [new transports.Console()])

function open(dir: string, more: Transport[]): BenchLogger {
  const log = createLogger({
    level: 'info',
    format: format.combine(format.timestamp(), format.json()),
    defaultMeta: IDENTITY,
    transports: [
      new DailyRotateFile({
        dirname: dir,
        filename: 'bot-%DATE%',
        extension: '.log',
        datePattern: 'YYYY-MM-DD',
        maxSize: FILE_BYTES,
        maxFiles: FILES,
      }),
      ...more,
    ],
  })
  return {
    info: (message, fields) => log.info(message, fields),
    debug: (message, fields) => log.debug(message, fields),
    close: () => void log.end(),
  }
}
