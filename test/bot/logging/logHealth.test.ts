import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Registry } from 'prom-client'
import { afterEach, expect, test, vi } from 'vitest'
import { newFolder } from '../../support/folder.ts'
import { createTestLogger } from '../../support/testLogger.ts'

afterEach(() => void vi.useRealTimers())

const SIZES = { maxFileSize: 1024 ** 2, maxFiles: 5 }

test('the state of the log is there to be scraped', async () => {
  const registry = new Registry()
  const { logger } = createTestLogger({ registry })
  logger.info('text')
  logger.info('text')
  logger.warn('text')
  await registry.metrics()
  const text = await registry.metrics()
  for (const sample of [
    'bitacora_log_lines_total{level="info"} 2',
    'bitacora_log_lines_total{level="warn"} 1',
    'bitacora_log_dropped_lines_total{sink="volume"} 0',
    'bitacora_log_dropped_lines_total{sink="stdout"} 0',
    'bitacora_log_errors_total 0',
    'bitacora_log_backlog_bytes 0',
    'bitacora_log_last_error_timestamp_seconds 0',
  ]) {
    expect(text).toContain(`${sample}\n`)
  }
})

test('a disk that refuses is there to be scraped', async () => {
  vi.useFakeTimers({ now: 6000 })
  const registry = new Registry()
  const dir = join(newFolder(), 'logs')
  writeFileSync(dir, '')
  const { logger } = createTestLogger({ registry, files: { dir, ...SIZES } })
  logger.info('text')
  const text = await registry.metrics()
  expect(text).toMatch(/^bitacora_log_errors_total [1-9]/m)
  expect(text).toMatch(/^bitacora_log_backlog_bytes [1-9]/m)
  expect(text).toContain('bitacora_log_last_error_timestamp_seconds 6\n')
})

test('a log that fails says so once a minute, and a healthy one says nothing', async () => {
  vi.useFakeTimers()
  const dir = join(newFolder(), 'logs')
  const healthy = createTestLogger({ files: { dir, ...SIZES } })
  vi.advanceTimersByTime(5 * 60_000)
  expect(healthy.lines).toEqual([])

  rmSync(dir, { recursive: true })
  writeFileSync(dir, '')
  const { lines, close } = createTestLogger({ files: { dir, ...SIZES } })
  vi.advanceTimersByTime(2 * 60_000 + 30_000)
  expect(lines).toMatchObject([
    { message: 'log degraded', level: 'warn', volume_errors: expect.any(Number), last_error: 'EEXIST' },
    { message: 'log degraded' },
  ])
  rmSync(dir)
  vi.advanceTimersByTime(10_000)
  lines.length = 0
  vi.advanceTimersByTime(60_000)
  lines.length = 0
  vi.advanceTimersByTime(10 * 60_000)
  expect(lines).toEqual([])
  await close(1000)
})
