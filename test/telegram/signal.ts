export interface Signal {
  /** Something changed: whoever waits looks again. */
  notify(): void
  /**
   * The first thing `find` returns, now or after a later change.
   * @throws after `timeoutMs`, with the words of `missing`
   */
  until<T>(find: () => T | undefined, timeoutMs: number, missing: () => string): Promise<T>
}

/** Lets tests wait for an event instead of for time. */
export function createSignal(): Signal {
  const waiting = new Set<() => void>()

  return {
    notify() {
      for (const look of waiting) look()
    },
    until(find, timeoutMs, missing) {
      return new Promise((resolve, reject) => {
        const look = () => {
          const found = find()
          if (found === undefined) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(found)
        }
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`${missing()} (waited ${timeoutMs} ms)`))
        }, timeoutMs)
        waiting.add(look)
        look()
      })
    },
  }
}
