import { test, vi } from 'vitest'
import { fuzz } from './fuzz.ts'
import { MODES } from './telegram.ts'

vi.setConfig({ maxConcurrency: 3 })

test.concurrent.for(MODES)(
  '%s: 300 updates, most of them malformed: one line each, one answer where it is due',
  (mode, t) => fuzz(t, mode, 300),
)
