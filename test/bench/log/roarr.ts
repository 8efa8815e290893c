import { createWriteStream } from 'node:fs'
import { join } from 'node:path'
import { IDENTITY, type OpenLogger } from './logger.ts'

/** It leaves the writing to its user; it has no level to disable. */
export const writeStream: OpenLogger = async (dir) => {
  process.env.ROARR_LOG = 'true'
  const { ROARR, Roarr } = await import('roarr')
  const file = createWriteStream(join(dir, 'bot.log'))
  ROARR.write = (line: string) => file.write(`${line}\n`)
  const log = Roarr.child(IDENTITY)
  return {
    info: (message, fields) => log.info(fields, message),
    close: () => void file.end(),
  }
}
