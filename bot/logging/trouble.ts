import type { Logger } from 'winston'
import type { Console } from './console.ts'
import type { Volume } from './volume.ts'

const MINUTE_MS = 60_000

/**
 * Tells in one line a minute that the log itself is in trouble, and nothing while it is not.
 *
 * @returns what stops it
 */
export function watchLog(parts: {
  logger: Logger
  volume: Volume
  stdout: Console | undefined
  everyMs?: number
}): () => void {
  const { logger, volume, stdout, everyMs = MINUTE_MS } = parts
  let before = 0

  function look(): void {
    const { droppedLines, errors, lastError, backlogBytes } = volume.stats()
    const stdoutDropped = stdout?.stats().droppedLines ?? 0
    const now = droppedLines + errors + stdoutDropped
    if (now === before) return
    before = now
    logger.warn('The log is in trouble', {
      dropped_lines: droppedLines,
      stdout_dropped_lines: stdoutDropped,
      volume_errors: errors,
      last_error: lastError?.code,
      last_error_at: lastError && new Date(lastError.at).toISOString(),
      backlog_bytes: backlogBytes,
    })
  }

  const timer = setInterval(look, everyMs).unref()
  return () => clearInterval(timer)
}
