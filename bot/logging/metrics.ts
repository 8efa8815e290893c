import { Counter, Gauge, type Registry } from 'prom-client'
import type { Console } from './console.ts'
import type { Line } from './line.ts'
import type { Volume } from './volume.ts'

/** Adds the logger's own state to a registry: it is read when somebody asks, and costs nothing before. */
export function registerLogMetrics(
  registry: Registry,
  { line, volume, stdout }: { line: Line; volume: Volume; stdout: Console | undefined },
): void {
  const registers = [registry]

  new Counter({
    name: 'bitacora_log_lines_total',
    help: 'Log lines made',
    labelNames: ['level'],
    registers,
    collect() {
      this.reset()
      for (const [level, lines] of Object.entries(line.counts)) this.inc({ level }, lines)
    },
  })
  new Counter({
    name: 'bitacora_log_dropped_lines_total',
    help: 'Log lines that a full backlog cost',
    labelNames: ['sink'],
    registers,
    collect() {
      this.reset()
      this.inc({ sink: 'volume' }, volume.stats().droppedLines)
      if (stdout) this.inc({ sink: 'stdout' }, stdout.stats().droppedLines)
    },
  })
  new Counter({
    name: 'bitacora_log_errors_total',
    help: 'Failures of the log volume; what failed was repeated',
    registers,
    collect() {
      this.reset()
      this.inc(volume.stats().errors)
    },
  })
  new Gauge({
    name: 'bitacora_log_backlog_bytes',
    help: 'Log lines that are not on the volume yet',
    registers,
    collect() {
      this.set(volume.stats().backlogBytes)
    },
  })
  new Gauge({
    name: 'bitacora_log_last_error_timestamp_seconds',
    help: 'When the log volume last failed, 0 for never',
    registers,
    collect() {
      this.set((volume.stats().lastError?.at ?? 0) / 1000)
    },
  })
}
