import { Counter, Gauge, type Registry } from 'prom-client'
import type { Logger } from 'winston'

const MINUTE_MS = 60_000

/** The state of the log. */
export interface LogStats {
  /** Lines made so far, by level. */
  lines: Readonly<Record<string, number>>
  /** What a full backlog cost. */
  droppedLines: number
  /** Lines that stdout's reader was too slow for. */
  stdoutDroppedLines: number
  /** Lines that are not in a file yet. */
  backlogBytes: number
  /** Failures of the log volume; what failed was repeated. */
  errors: number
  /** `at` in milliseconds since 1970. */
  lastError: { code: string; at: number } | undefined
}

/** Adds the log's state to a registry: it is read when somebody asks, and costs nothing before. */
export function registerLogMetrics(registry: Registry, stats: () => LogStats): void {
  const registers = [registry]
  const counter = (name: string, help: string, label: string, read: () => Record<string, number>) =>
    new Counter({
      name,
      help,
      labelNames: label === '' ? [] : [label],
      registers,
      collect() {
        this.reset()
        for (const [value, count] of Object.entries(read()))
          this.inc(label === '' ? {} : { [label]: value }, count)
      },
    })
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  counter('bitacora_log_lines_total', 'Log lines made', 'level', () => stats().lines)
  counter('bitacora_log_dropped_lines_total', 'Log lines that a full backlog cost', 'sink', () => {
    const { droppedLines, stdoutDroppedLines } = stats()
    return { volume: droppedLines, stdout: stdoutDroppedLines }
  })
  counter('bitacora_log_errors_total', 'Failures of the log volume; what failed was repeated', '', () => ({
    '': stats().errors,
  }))
  gauge('bitacora_log_backlog_bytes', 'Log lines that are not on the volume yet', () => stats().backlogBytes)
  gauge(
    'bitacora_log_last_error_timestamp_seconds',
    'When the log volume last failed, 0 for never',
    () => (stats().lastError?.at ?? 0) / 1000,
  )
}

/**
 * Logs one line a minute while the log itself loses lines or fails, and nothing otherwise.
 *
 * @returns what stops it
 */
export function reportLogHealth(logger: Logger, stats: () => LogStats): () => void {
  let before = 0

  function look(): void {
    const { droppedLines, stdoutDroppedLines, errors, lastError, backlogBytes } = stats()
    const now = droppedLines + stdoutDroppedLines + errors
    if (now === before) return
    before = now
    logger.warn('log degraded', {
      dropped_lines: droppedLines,
      stdout_dropped_lines: stdoutDroppedLines,
      volume_errors: errors,
      last_error: lastError?.code,
      last_error_at: lastError && new Date(lastError.at).toISOString(),
      backlog_bytes: backlogBytes,
    })
  }

  const timer = setInterval(look, MINUTE_MS).unref()
  return () => clearInterval(timer)
}
