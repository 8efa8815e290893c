import { afterEach, expect, test, vi } from 'vitest'
import type { Logger } from 'winston'
import { watchLog } from '../../../bot/logging/trouble.ts'
import type { Volume } from '../../../bot/logging/volume.ts'

afterEach(() => void vi.useRealTimers())

test('a log in trouble says so once a minute, and a healthy one says nothing', () => {
  vi.useFakeTimers()
  const stats = {
    droppedLines: 0,
    backlogBytes: 0,
    errors: 0,
    lastError: undefined as object | undefined,
  }
  const warn = vi.fn()
  const stop = watchLog({
    logger: { warn } as never as Logger,
    volume: { stats: () => stats } as Volume,
    stdout: undefined,
  })
  vi.advanceTimersByTime(5 * 60_000)
  expect(warn).not.toHaveBeenCalled()
  Object.assign(stats, { errors: 9, lastError: { code: 'ENOSPC', at: 0 } })
  vi.advanceTimersByTime(5 * 60_000)
  expect(warn).toHaveBeenCalledOnce()
  expect(warn.mock.calls[0]?.[1]).toMatchObject({ volume_errors: 9, last_error: 'ENOSPC' })
  stop()
  Object.assign(stats, { errors: 10 })
  vi.advanceTimersByTime(60_000)
  expect(warn).toHaveBeenCalledOnce()
})
