import { expect, test } from 'vitest'
import { formatTime } from '../../../bot/features/time.ts'

test.each([
  [Date.UTC(2026, 0, 2, 3, 4, 5), 'UTC', '2026-01-02 03:04:05 +0000'],
  [Date.UTC(2026, 0, 2, 3, 4, 5), 'America/Argentina/Buenos_Aires', '2026-01-02 00:04:05 -0300'],
  [Date.UTC(2026, 6, 1, 22, 0, 0), 'Europe/Madrid', '2026-07-02 00:00:00 +0200'],
  [Date.UTC(2026, 0, 1, 0, 0, 0), 'Asia/Kathmandu', '2026-01-01 05:45:00 +0545'],
])('%d in %s reads %s', (at, timeZone, text) => {
  expect(formatTime(at, timeZone)).toBe(text)
})
