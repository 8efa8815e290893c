import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { createLine } from '../../../bot/logging/line.ts'
import { registerLogMetrics } from '../../../bot/logging/metrics.ts'
import type { Volume } from '../../../bot/logging/volume.ts'

test('the state of the log is there to be scraped', async () => {
  const identity = { service: 's', version: 'v', instance: 'i', boot: 'b' }
  const line = createLine({ identity, secret: '', now: Date.now })
  const stats = {
    droppedLines: 3,
    backlogBytes: 40,
    errors: 5,
    lastError: { code: 'ENOSPC', at: 6000 },
  }
  const registry = new Registry()
  registerLogMetrics(registry, { line, volume: { stats: () => stats } as Volume, stdout: undefined })
  line('info', 'text')
  line('info', 'text')
  line('warn', 'text')
  await registry.metrics()
  const text = await registry.metrics()
  for (const sample of [
    'bitacora_log_lines_total{level="info"} 2',
    'bitacora_log_lines_total{level="warn"} 1',
    'bitacora_log_dropped_lines_total{sink="volume"} 3',
    'bitacora_log_errors_total 5',
    'bitacora_log_backlog_bytes 40',
    'bitacora_log_last_error_timestamp_seconds 6',
  ]) {
    expect(text).toContain(`${sample}\n`)
  }
})
