import { defineConfig } from 'vitest/config'
import { WAIT_TIMEOUT_MS } from './support/feed.ts'

const QUICK = ['test', 'unit']
const INCLUDE: Record<string, string[]> = {
  unit: [
    'test/bot/**/*.test.ts',
    'test/infra/**/{settings,logVolume}*.test.ts',
    'test/bench/document.test.ts',
  ],
  long: ['test/**/*.long.ts'],
  cluster: ['test/**/*.cluster.ts'],
}
/** Left out of `unit`: these start processes, or wait as long as the bot does. */
const SLOW = [
  'test/bot/metrics.test.ts',
  'test/bot/features/examples.test.ts',
  'test/bot/telegram/{polling,receiver,upload,webhook,webhookCommand}.test.ts',
  'test/bot/logging/fileSink.test.ts',
]

/** `npm test` runs *.test.ts; the modes unit (some of these, in seconds), long and cluster have scripts of their names. */
export default defineConfig(({ mode }) => ({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: INCLUDE[mode] ?? ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', ...(mode === 'unit' ? SLOW : [])],
    isolate: mode !== 'unit',
    maxWorkers: mode === 'cluster' ? 1 : 2,
    // A wait of a test ends before the test does, so that its words are seen: a busy machine needs patience.
    testTimeout: QUICK.includes(mode) ? 3 * WAIT_TIMEOUT_MS : 600_000,
    hookTimeout: QUICK.includes(mode) ? 3 * WAIT_TIMEOUT_MS : 600_000,
    expect: { poll: { timeout: WAIT_TIMEOUT_MS } },
  },
}))
