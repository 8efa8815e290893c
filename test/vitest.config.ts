import { defineConfig } from 'vitest/config'
import { PATIENCE_MS } from './support/feed.ts'

/** `npm test` runs *.test.ts; --mode long and --mode cluster run *.long.ts and *.cluster.ts. */
export default defineConfig(({ mode }) => ({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: [{ long: 'test/**/*.long.ts', cluster: 'test/**/*.cluster.ts' }[mode] ?? 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    maxWorkers: mode === 'cluster' ? 1 : 2,
    // A wait of a test ends before the test does, so that its words are seen: a busy machine needs patience.
    testTimeout: mode === 'test' ? 3 * PATIENCE_MS : 600_000,
    hookTimeout: mode === 'test' ? 3 * PATIENCE_MS : 600_000,
    expect: { poll: { timeout: PATIENCE_MS } },
  },
}))
