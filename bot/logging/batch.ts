/** Where the cost of a write per line stops to matter. */
const FULL_BYTES = 64 * 1024
/** Where the cost of encoding line by line stops to matter; in UTF-8 at most three times as many bytes. */
const JOINED_CHARACTERS = 4 * 1024
/** A batch that is all but full, lines that are all but joined, and the longest line. */
export const MAX_BATCH_BYTES = FULL_BYTES + 3 * JOINED_CHARACTERS + 32 * 1024

/**
 * Collects the lines of a tick and hands them on when it ends, or as soon as there are 64 KB of them. They are
 * joined as text and encoded some at a time, which costs a third of encoding each.
 *
 * @param hand gets whole lines in a buffer that is used again as soon as it returns
 */
export function createBatcher(hand: (batch: Buffer) => void) {
  const buffer = Buffer.allocUnsafeSlow(2 * MAX_BATCH_BYTES) // colours make a line on a terminal longer
  let bytes = 0
  let text = ''
  let scheduled = false

  function encode(): void {
    bytes += buffer.write(text, bytes)
    text = ''
  }

  function flush(): void {
    encode()
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
      text += line
      if (text.length >= JOINED_CHARACTERS) encode()
      if (bytes >= FULL_BYTES) flush()
      else if (!scheduled) {
        scheduled = true
        setImmediate(tick)
      }
    },
    flush,
    get bytes() {
      return bytes + Buffer.byteLength(text)
    },
  }
}
