/** How long a wait may take where nothing else is said, ms: a busy machine needs many seconds to start a bot. */
export const WAIT_TIMEOUT_MS = 30_000

export interface Feed<T> {
  /** An item is new or has changed: whoever waits for one like it gets it. */
  touch(item: T): void
  /**
   * The first item that matches: of those that are there already, or touched later.
   * @throws after `timeoutMs`, WAIT_TIMEOUT_MS by default, with the words of `missing`
   */
  first(matches: (item: T) => boolean, timeoutMs: number | undefined, missing: () => string): Promise<T>
}

/** Lets tests wait for an event instead of for time. */
export function createFeed<T>(items: readonly T[]): Feed<T> {
  const waiting = new Set<(item: T) => void>()

  return {
    touch(item) {
      for (const offer of waiting) offer(item)
    },
    first(matches, timeoutMs = WAIT_TIMEOUT_MS, missing) {
      const present = items.find(matches)
      if (present !== undefined) return Promise.resolve(present)
      return new Promise((resolve, reject) => {
        const offer = (item: T) => {
          if (!matches(item)) return
          clearTimeout(timer)
          waiting.delete(offer)
          resolve(item)
        }
        const timer = setTimeout(() => {
          waiting.delete(offer)
          reject(new Error(`${missing()} (waited ${timeoutMs} ms)`))
        }, timeoutMs)
        waiting.add(offer)
      })
    },
  }
}
