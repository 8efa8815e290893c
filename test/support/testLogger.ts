import { systemClock } from '../../bot/clock.ts'
import { createLine } from '../../bot/logging/line.ts'
import { createLogger } from '../../bot/logging/logger.ts'
import { createTransport } from '../../bot/logging/sink.ts'

export interface LoggedLine {
  level: string
  message: string
  [field: string]: unknown
}

/** The bot's own logger over a list instead of a volume. */
export function createTestLogger() {
  const lines: LoggedLine[] = []
  const identity = { service: 'bitacora', version: '0', instance: 'test', boot: 'test' }
  const line = createLine({ identity, secret: 'a:secret', now: systemClock.now })
  const sink = {
    accept: (text: string) => void lines.push(JSON.parse(text)),
    transport: createTransport((done) => done()),
  }
  return { lines, logger: createLogger({ level: 'debug', line, sinks: [sink] }) }
}
