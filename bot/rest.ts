/** What has to have come since the last collection: less is not worth the tens of milliseconds that one takes. */
const GROWN_BYTES = 12 * 1024 * 1024
/** The share of its time that an event loop at rest may work. */
const IDLE = 0.05

/** How often to look, in ms: within a minute of a burst its memory is given back. */
export const LOOK_MS = 10_000

/**
 * A start or a burst of updates makes V8's young generation grow to some 30 MB, and V8 does not give them back until it
 * collects everything, which a bot at rest gives it no reason to. So each look collects once if the process has grown and
 * has nothing to do.
 *
 * @param collect collects everything, and gives back what is free
 * @param rss the process's resident memory in bytes
 * @param load the share of the time since the last look in which the event loop worked, from 0 to 1
 * @returns what looks
 */
export function createRest({
  collect,
  rss,
  load,
}: {
  collect: () => void
  rss: () => number
  load: () => number
}): () => void {
  let floor = 0
  return () => {
    if (load() > IDLE || rss() < floor + GROWN_BYTES) return
    collect()
    floor = rss()
  }
}

/** @returns what tells the share of the time since it was last asked in which the event loop worked */
export function eventLoopLoad(): () => number {
  let last = performance.eventLoopUtilization()
  return () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, last)
    last = now
    return utilization
  }
}
