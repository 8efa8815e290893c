export interface Feed<T> {
  /** An item is new or has changed: whoever waits for one like it gets it. */
  touch(item: T): void
  /**
   * The first item that matches: of those that are there already, or touched later.
   * @throws after `timeoutMs`, with the words of `missing`
   */
  first(matches: (item: T) => boolean, timeoutMs: number, missing: () => string): Promise<T>
}

/** Lets tests wait for an event instead of for time. */
export function createFeed<T>(items: readonly T[]): Feed<T> {
  const waiting = new Set<(item: T) => void>()

  return {
    touch(item) {
      for (const offer of waiting) offer(item)
    },
    first(matches, timeoutMs, missing) {
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
