import { join } from 'node:path'
import bunyan from 'bunyan'
import { FILES, IDENTITY, type OpenLogger } from './logger.ts'

/** It rotates by time alone. */
export const rotatingFile: OpenLogger = (dir) => {
  const { service, instance, ...rest } = IDENTITY
  const log = bunyan.createLogger({
    name: service,
    hostname: instance,
    ...rest,
    streams: [
      { type: 'rotating-file', path: join(dir, 'bot.log'), period: '1d', count: FILES, level: 'info' },
    ],
  })
  return {
    info: (message, fields) => log.info(fields, message),
    debug: (message, fields) => log.debug(fields, message),
    close: () => log.streams[0].stream.destroySoon(),
  }
}
