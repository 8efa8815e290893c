/** Where the cost of a write per line stops to matter. */
const FULL_CHARACTERS = 64 * 1024
/** What is handed on at once, and longer than any line, on a terminal and with its colours too. */
export const MAX_BATCH_BYTES = 96 * 1024
/** What UTF-8 makes of the characters before the last line, and that line. */
const BUFFER_BYTES = 3 * FULL_CHARACTERS + MAX_BATCH_BYTES
const NEWLINE = 10

/**
 * Collects the lines of a tick and hands them on when it ends, or as soon as there are 64 KB of them. They are
 * joined as text and encoded together, which costs a third of encoding each.
 *
 * @param hand gets whole lines, at most MAX_BATCH_BYTES, in a buffer that is used again as soon as it returns
 */
export function createBatcher(hand: (batch: Buffer) => void) {
  const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  let text = ''
  let scheduled = false

  function flush(): void {
    const bytes = buffer.write(text)
    text = ''
    for (let start = 0; start < bytes; ) {
      const limit = start + MAX_BATCH_BYTES
      const end = limit < bytes ? buffer.lastIndexOf(NEWLINE, limit - 1) + 1 : bytes
      hand(buffer.subarray(start, end))
      start = end
    }
  }

  function tick(): void {
    scheduled = false
    flush()
  }

  return {
    add(line: string): void {
      text += line
      if (text.length >= FULL_CHARACTERS) flush()
      else if (!scheduled) {
        scheduled = true
        setImmediate(tick)
      }
    },
    flush,
    get bytes() {
      return Buffer.byteLength(text)
    },
  }
}
