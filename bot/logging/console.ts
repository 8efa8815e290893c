import { writeSync } from 'node:fs'
import { createBatcher } from './batch.ts'
import { readable } from './readable.ts'
import { createTransport, type Sink } from './sink.ts'

/** What may wait for a reader that is slow; more is dropped and counted. */
const MAX_WAITING_BYTES = 1024 * 1024
const NEWLINE = 10
/** How long after a full pipe the next write is tried. */
const RETRY_MS = 10

export interface Console extends Sink {
  stats(): { droppedLines: number; waitingBytes: number }
}

/**
 * Standard output, as well as it goes: a reader that stalls or leaves costs its own lines and nothing else.
 * On a terminal the lines are readable text, coloured unless `colours` is false.
 *
 * @param stream process.stdout; reading that property is what makes Node set its pipe to non-blocking
 */
export function createConsole({
  stream,
  colours,
}: {
  stream: NodeJS.WriteStream & { fd: number }
  colours: boolean
}): Console {
  const { fd } = stream
  const format = stream.isTTY ? (line: string) => readable(line, colours) : undefined
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let droppedLines = 0
  let gone = false
  let retry: NodeJS.Timeout | undefined
  const batcher = createBatcher((batch) => {
    if (waitingBytes + batch.length > MAX_WAITING_BYTES || gone) {
      droppedLines += batch.reduce((lines, byte) => lines + (byte === NEWLINE ? 1 : 0), 0)
      return
    }
    waiting.push(Buffer.from(batch))
    waitingBytes += batch.length
    if (!retry) write()
  })

  function write(): void {
    retry = undefined
    try {
      while (waiting[0]) {
        const written = writeSync(fd, waiting[0])
        waitingBytes -= written
        if (written === waiting[0].length) waiting.shift()
        else waiting[0] = waiting[0].subarray(written)
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') retry = setTimeout(write, RETRY_MS).unref()
      else gone = true
    }
  }

  function flush(): void {
    batcher.flush()
    clearTimeout(retry)
    write()
  }

  process.on('exit', flush)
  const transport = createTransport((done) => {
    flush()
    process.off('exit', flush)
    done()
  })
  return {
    transport,
    accept(line) {
      batcher.add(format ? format(line) : line)
    },
    stats: () => ({ droppedLines, waitingBytes }),
  }
}
