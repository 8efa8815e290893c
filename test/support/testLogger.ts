import { createLogging } from '../../bot/logging/createLogging.ts'
import { checkFieldTypes } from './fieldTypes.ts'

export interface LoggedLine {
  level: string
  message: string
  [field: string]: unknown
}

export const IDENTITY = { service: 'bitacora', version: '0', instance: 'test', boot: 'test' }

/** The bot's own logging over a list instead of files. */
export function createTestLogger(options: Partial<Parameters<typeof createLogging>[0]> = {}) {
  const lines: LoggedLine[] = []
  const logging = createLogging({
    level: 'debug',
    identity: IDENTITY,
    secret: 'a:secret',
    onLine(text) {
      const line = JSON.parse(text)
      checkFieldTypes(line)
      lines.push(line)
    },
    ...options,
  })
  return { ...logging, lines }
}
