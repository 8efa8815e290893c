import { join } from 'node:path'
import { pino, transport } from 'pino'
import { type BenchLogger, FILE_BYTES, IDENTITY, type OpenLogger } from './logger.ts'

const OPTIONS = {
  level: 'info',
  messageKey: 'message',
  base: IDENTITY,
  timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
}

function logger(destination: object, close: () => void): BenchLogger {
  const log = pino(OPTIONS, destination)
  return {
    info: (message, fields) => log.info(fields, message),
    debug: (message, fields) => log.debug(fields, message),
    close,
  }
}

export const sync: OpenLogger = (dir) => {
  const destination = pino.destination({ dest: join(dir, 'bot.log'), sync: true })
  return logger(destination, () => destination.end())
}

export const minLength: OpenLogger = (dir) => {
  const destination = pino.destination({ dest: join(dir, 'bot.log'), sync: true, minLength: 4096 })
  return logger(destination, () => destination.end())
}

export const roll: OpenLogger = (dir) => {
  const destination = transport({
    target: 'pino-roll',
    options: { file: join(dir, 'bot'), extension: '.log', frequency: 'daily', size: `${FILE_BYTES / 1024}k` },
  })
  return logger(destination, () => destination.end())
}

export const fileAndStdout: OpenLogger = (dir) => {
  const file = pino.destination({ dest: join(dir, 'bot.log'), sync: true })
  const stdout = pino.destination({ fd: 1, sync: true })
  return logger(pino.multistream([{ stream: file }, { stream: stdout }]), () => {
    file.end()
    stdout.flushSync()
  })
}
