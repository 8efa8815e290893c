/** Where the cost of a write per line stops to matter. */
const FULL_BYTES = 64 * 1024
/** Where the cost of encoding line by line stops to matter; in UTF-8 at most three times as many bytes. */
const JOINED_CHARACTERS = 4 * 1024
/** A batch that is all but full, lines that are all but joined, and the longest line. */
export const MAX_BATCH_BYTES = FULL_BYTES + 3 * JOINED_CHARACTERS + 32 * 1024

/** A destination of finished lines. */
export interface Sink {
  /** Takes whole lines; never throws and never waits. The buffer is used again as soon as it returns. */
  write(batch: Buffer, lines: number): void
  /** Calls `done` when every line is out; a line that comes later is written at once. */
  close(done: () => void): void
  /** Writes all that waits now or never: the process exits. */
  flushOnExit(): void
}

/** Collects lines and hands them on in batches. */
export interface Batcher {
  add(line: string): void
  flush(): void
  /** From now on every line is a batch of its own, handed on at once. */
  stopBatching(): void
  /** What is collected. */
  readonly bytes: number
}

/**
 * Collects the lines of a tick and hands them on when it ends, or as soon as there are 64 KB of them. They are
 * joined as text and encoded a few at a time, which costs a third of encoding each.
 *
 * @param onBatch gets whole lines in a buffer that is used again as soon as it returns
 */
export function createBatcher(onBatch: (batch: Buffer, lines: number) => void): Batcher {
  const buffer = Buffer.allocUnsafeSlow(MAX_BATCH_BYTES)
  let bytes = 0
  let lines = 0
  let text = ''
  let isScheduled = false
  let isBatching = true

  function encode(): void {
    bytes += buffer.write(text, bytes)
    text = ''
  }

  function flush(): void {
    encode()
    if (bytes === 0) return
    const batch = buffer.subarray(0, bytes)
    const count = lines
    bytes = 0
    lines = 0
    onBatch(batch, count)
  }

  function onTickEnd(): void {
    isScheduled = false
    flush()
  }

  return {
    add(line) {
      text += line
      lines += 1
      if (text.length >= JOINED_CHARACTERS) encode()
      if (bytes >= FULL_BYTES || !isBatching) flush()
      else if (!isScheduled) {
        isScheduled = true
        setImmediate(onTickEnd)
      }
    },
    flush,
    stopBatching() {
      isBatching = false
      flush()
    },
    get bytes() {
      return bytes + Buffer.byteLength(text)
    },
  }
}
