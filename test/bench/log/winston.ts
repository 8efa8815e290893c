import { createLogger, format } from 'winston'
import DailyRotateFile from 'winston-daily-rotate-file'
import { FILE_BYTES, FILES, IDENTITY, type OpenLogger } from './logger.ts'

/** As the README of winston-daily-rotate-file has it. */
export const textbook: OpenLogger = (dir) => {
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
    ],
  })
  return {
    info: (message, fields) => log.info(message, fields),
    debug: (message, fields) => log.debug(message, fields),
    close: () => void log.end(),
  }
}
