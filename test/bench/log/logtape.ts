import { join } from 'node:path'
import { getRotatingFileSink } from '@logtape/file'
import { configure, dispose, getJsonLinesFormatter, getLogger } from '@logtape/logtape'
import { FILE_BYTES, FILES, IDENTITY, type OpenLogger } from './logger.ts'

export const rotatingFile: OpenLogger = async (dir) => {
  await configure({
    sinks: {
      file: getRotatingFileSink(join(dir, 'bot.log'), {
        maxSize: FILE_BYTES,
        maxFiles: FILES,
        formatter: getJsonLinesFormatter({ properties: 'flatten' }),
      }),
    },
    loggers: [
      { category: 'bot', lowestLevel: 'info', sinks: ['file'] },
      { category: ['logtape', 'meta'], lowestLevel: 'error', sinks: ['file'] },
    ],
  })
  const log = getLogger('bot').with(IDENTITY)
  return {
    info: (message, fields) => log.info(message, fields),
    debug: (message, fields) => log.debug(message, fields),
    close: dispose,
  }
}
