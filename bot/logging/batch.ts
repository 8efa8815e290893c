/** Where the cost of a write per line stops to matter. */
const FULL_BYTES = 64 * 1024
/** A full batch and the line that filled it. */
export const MAX_BATCH_BYTES = FULL_BYTES + 32 * 1024

export interface Batch {
  text: string
  bytes: number
}

/** Joins the lines of a tick and hands them on when the tick ends, or as soon as there are 64 KB of them. */
export function createBatcher(hand: (batch: Batch) => void) {
  let text = ''
  let bytes = 0
  let scheduled = false

  function flush(): void {
    if (bytes === 0) return
    const batch = { text, bytes }
    text = ''
    bytes = 0
    hand(batch)
  }

  function tick(): void {
    scheduled = false
    flush()
  }

  return {
    add(line: string, lineBytes: number): void {
      text += line
      bytes += lineBytes
      if (bytes >= FULL_BYTES) flush()
      else if (!scheduled) {
        scheduled = true
        setImmediate(tick)
      }
    },
    flush,
  }
}
