import { finished } from 'node:stream/promises'
import type { Registry } from 'prom-client'
import type { Logger } from 'winston'
import { createFileSink } from './fileSink.ts'
import { createLine, type Fields, type Identity, SCHEMA } from './line.ts'
import { createLogger } from './logger.ts'
import { type LogStats, registerLogMetrics, reportLogHealth } from './logHealth.ts'
import type { Sink } from './sink.ts'
import { createStdoutSink } from './stdoutSink.ts'

/** The longest beginning that a collector tells files apart by: 2048 bytes, Sumo Logic's installed collector. */
const FINGERPRINT_BYTES = 2048

export interface Logging {
  logger: Logger
  stats(): LogStats
  /**
   * Ends the logger: true when every line is in its file, false when that takes longer than the deadline. A line that
   * is logged later is still written.
   *
   * @param deadlineMs milliseconds
   */
  close(deadlineMs: number): Promise<boolean>
}

/**
 * The door to the log: a winston Logger whose lines go to files, to stdout, or both.
 *
 * @param options.level one of winston's npm levels
 * @param options.secret the bot's token: neither it nor the part after its colon gets into a line
 * @param options.files sizes in bytes; at least 2 files; `header` has further fields of each file's first line
 * @param options.stdout process.stdout, and whether a terminal gets colours
 * @param options.onLine gets every line at once
 * @param options.registry gets the log's metrics
 * @param options.now milliseconds since 1970
 * @throws RangeError when the level is none
 */
export function createLogging(options: {
  level: string
  identity: Identity
  secret: string
  files?: { dir: string; maxFileSize: number; maxFiles: number; header?: Fields }
  stdout?: { stream: NodeJS.WriteStream & { fd: number }; colours: boolean }
  onLine?: (line: string) => void
  registry?: Registry
  now?: () => number
}): Logging {
  const { level, identity, secret, onLine, registry, now = Date.now } = options
  const line = createLine({ identity, secret, now })
  const files =
    options.files &&
    createFileSink({
      ...options.files,
      header() {
        const padding = ' '.repeat(FINGERPRINT_BYTES)
        return line('info', 'log file opened', { ...options.files?.header, schema: SCHEMA, padding })
      },
      dropReport: (dropped_lines) => line('warn', 'log lines dropped', { dropped_lines }),
    })
  const stdout = options.stdout && createStdoutSink(options.stdout)
  const sinks: Sink[] = [files, stdout, onLine && createCallbackSink(onLine)].filter(
    (sink) => sink !== undefined,
  )
  const { logger, batcher } = createLogger({ level, line, sinks })
  if (onLine) batcher.stopBatching()

  function stats(): LogStats {
    const { droppedLines = 0, backlogBytes = 0, errors = 0, lastError } = files?.stats() ?? {}
    const stdoutDroppedLines = stdout?.stats().droppedLines ?? 0
    return {
      lines: line.counts,
      droppedLines,
      stdoutDroppedLines,
      backlogBytes: backlogBytes + batcher.bytes,
      errors,
      lastError,
    }
  }

  async function close(deadlineMs: number): Promise<boolean> {
    batcher.flush()
    stopReports()
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), deadlineMs)
    if (logger.writable) logger.end()
    try {
      await finished(logger, { readable: false, cleanup: true, signal: deadline.signal })
      return true
    } catch {
      return false
    } finally {
      clearTimeout(timer)
    }
  }

  if (registry) registerLogMetrics(registry, stats)
  const stopReports = reportLogHealth(logger, stats)
  if (files || stdout) {
    process.on('exit', () => {
      files?.stopRotating() // before the last batch, after whose last line there would be a new file's header
      batcher.stopBatching()
      for (const sink of sinks) sink.flushOnExit()
    })
  }
  return { logger, stats, close }
}

function createCallbackSink(onLine: (line: string) => void): Sink {
  return {
    write: (batch) => onLine(batch.toString()),
    close: (done) => done(),
    flushOnExit() {},
  }
}
