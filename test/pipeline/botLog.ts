import { randomBytes } from 'node:crypto'
import { createLogging } from '../../bot/logging/createLogging.ts'

/** The bot's log over a directory, as bot/main.ts opens it, without stdout. */
export function openBotLog(files: { dir: string; maxFileSize: number; maxFiles: number }) {
  const boot = randomBytes(6).toString('base64url')
  const identity = { service: 'bitacora', version: '0.0.0', instance: 'pipeline', boot }
  const secret = `110201543:${randomBytes(26).toString('base64url')}`
  return { boot, ...createLogging({ level: 'info', identity, secret, files }) }
}
