/** Where the cost of a write per line stops to matter. */
const FULL_BYTES = 64 * 1024
/** A batch that is all but full and the longest line. */
export const MAX_BATCH_BYTES = FULL_BYTES + 32 * 1024

/**
 * Collects the lines of a tick and hands them on when it ends, or as soon as there are 64 KB of them.
 *
 * @param hand gets the lines in a buffer that is used again as soon as it returns
 */
export function createBatcher(hand: (batch: Buffer) => void) {
  const buffer = Buffer.allocUnsafeSlow(MAX_BATCH_BYTES)
  let bytes = 0
  let scheduled = false

  function flush(): void {
    if (bytes === 0) return
    const batch = buffer.subarray(0, bytes)
    bytes = 0
    hand(batch)
  }

  function tick(): void {
    scheduled = false
    flush()
  }

  return {
    add(line: string): void {
      bytes += buffer.write(line, bytes)
      if (bytes >= FULL_BYTES) flush()
      else if (!scheduled) {
        scheduled = true
        setImmediate(tick)
      }
    },
    flush,
    get bytes() {
      return bytes
    },
  }
}
