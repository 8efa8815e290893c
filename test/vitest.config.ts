import { defineConfig } from 'vitest/config'

/** `npm test` runs *.test.ts; --mode long and --mode cluster run *.long.ts and *.cluster.ts. */
export default defineConfig(({ mode }) => ({
  root: new URL('..', import.meta.url).pathname,
  test: {
    include: [{ long: 'test/**/*.long.ts', cluster: 'test/**/*.cluster.ts' }[mode] ?? 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    maxWorkers: mode === 'cluster' ? 1 : 2,
    testTimeout: mode === 'test' ? 15_000 : 600_000,
    hookTimeout: mode === 'test' ? 15_000 : 600_000,
  },
}))
