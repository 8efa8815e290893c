import { randomBytes } from 'node:crypto'
import { createLine } from '../../bot/logging/line.ts'
import { createLogger } from '../../bot/logging/logger.ts'
import { createVolume } from '../../bot/logging/volume.ts'

/** The bot's log path over a directory, put together as bot/main.ts does it, without stdout. */
export function openBotLog({
  dir,
  maxFileSize,
  maxFiles,
}: {
  dir: string
  maxFileSize: number
  maxFiles: number
}) {
  const boot = randomBytes(6).toString('base64url')
  const identity = { service: 'bitacora', version: '0.0.0', instance: 'pipeline', boot }
  const secret = `110201543:${randomBytes(26).toString('base64url')}`
  const line = createLine({ identity, secret, now: Date.now })
  const volume = createVolume({ dir, maxFileSize, maxFiles, line, header: {} })
  return { boot, line, volume, logger: createLogger({ level: 'info', line, sinks: [volume] }) }
}
