/** What is not the same twice: handed down from main.ts, so that a test can hold it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** From 0 to 1. */
  random(): number
  /** Resolves after ms, or as soon as the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export const systemClock: Clock = {
  now: Date.now,
  random: Math.random,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const end = () => {
        clearTimeout(timer)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timer = setTimeout(end, ms)
      signal?.addEventListener('abort', end, { once: true })
    }),
}

const FIRST_WAIT_MS = 500
export const LONGEST_WAIT_MS = 30_000

/**
 * How long to wait before the next try, in ms: doubled each time from half a second up to half a minute, between half and
 * the whole of it at random, so that many bots do not come back together.
 *
 * @param failures how many tries failed in a row, from 1 on
 */
export function backoff(failures: number, clock: Clock): number {
  const wait = Math.min(FIRST_WAIT_MS * 2 ** (failures - 1), LONGEST_WAIT_MS)
  return wait * (0.5 + clock.random() / 2)
}
