import { readFileSync, writeSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Of the loop-delay monitor, and taken off its readings: an idle loop would show it as delay. */
const RESOLUTION_MS = 1

/**
 * Measures this process from now to its natural end, when everything it still had to write is written, and then reports
 * to the parent: wall_ms, cpu_us (all threads), rss_mb (peak), loop_p99_ms and call_p99_us (of what `call` ran).
 */
export function startMeter() {
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  const latencies: number[] = []
  const cpuBefore = process.cpuUsage()
  const start = performance.now()
  loop.enable()
  process.on('exit', () => {
    const wall_ms = performance.now() - start
    const { user, system } = process.cpuUsage(cpuBefore)
    latencies.sort((a, b) => a - b)
    const measures = {
      wall_ms,
      cpu_us: user + system,
      rss_mb: peakRssKb() / 1024,
      loop_p99_ms: Math.max(0, loop.percentile(99) / 1e6 - RESOLUTION_MS),
      call_p99_us: 1000 * (latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN),
    }
    writeSync(3, JSON.stringify({ ...extra, ...measures }))
  })
  const extra: Record<string, number> = {}
  return {
    /** Runs and times one call; sample, for a clock costs as much as a cheap call. */
    call(run: () => void): void {
      const before = performance.now()
      run()
      latencies.push(performance.now() - before)
    },
    /** Adds a measure of the case's own to the report. */
    report(measure: string, value: number): void {
      extra[measure] = value
    },
    /** The load is over: what the loop does from here on is not measured. */
    stopLoop: () => loop.disable(),
  }
}

/** Linux hands what the parent's memory was at the fork down as the first maxRSS of its child; VmHWM begins anew. */
function peakRssKb(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS
  return Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1])
}
