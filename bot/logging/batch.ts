/** Larger batches are no faster: 64 KB is where the cost of a write per line stops to matter. */
const MAX_BYTES = 64 * 1024

export interface Batch {
  text: string
  bytes: number
}

/** Joins the lines of a tick, at most 64 KB at a time, and hands them on when the tick ends. */
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
      if (bytes + lineBytes > MAX_BYTES) flush()
      text += line
      bytes += lineBytes
      if (scheduled) return
      scheduled = true
      setImmediate(tick)
    },
    flush,
  }
}
