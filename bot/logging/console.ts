import { writeSync } from 'node:fs'
import { createBatcher } from './batch.ts'
import { readable } from './readable.ts'
import { createTransport, type Sink } from './sink.ts'

/** What may wait for a reader that is slow; more is dropped and counted. */
const MAX_WAITING_BYTES = 1024 * 1024
const NEWLINE = 10
/** How long after a full pipe the next write is tried. */
const RETRY_MS = 10
/** How long a process that exits waits for a reader that is only busy: the volume has its lines by then. */
const LAST_WORDS_MS = 500
const NEVER = new Int32Array(new SharedArrayBuffer(4))

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
    const rest = waitingBytes === 0 ? batch.subarray(send(batch)) : batch
    if (rest.length > 0) keep(rest)
  })

  function keep(rest: Buffer): void {
    if (gone || waitingBytes + rest.length > MAX_WAITING_BYTES) {
      droppedLines += rest.reduce((lines, byte) => lines + (byte === NEWLINE ? 1 : 0), 0)
      return
    }
    waiting.push(Buffer.from(rest))
    waitingBytes += rest.length
    retry ??= setTimeout(drain, RETRY_MS).unref()
  }

  /** The number of bytes that the reader had room for. */
  function send(data: Buffer): number {
    if (gone) return 0
    try {
      return writeSync(fd, data)
    } catch (error) {
      gone = (error as NodeJS.ErrnoException).code !== 'EAGAIN'
      return 0
    }
  }

  function drain(): void {
    retry = undefined
    while (waiting[0]) {
      const sent = send(waiting[0])
      waitingBytes -= sent
      if (sent < waiting[0].length) {
        waiting[0] = waiting[0].subarray(sent)
        retry = setTimeout(drain, RETRY_MS).unref()
        return
      }
      waiting.shift()
    }
  }

  function flush(): void {
    clearTimeout(retry)
    drain()
    batcher.flush()
  }

  /** There is no later: sleeps between the tries, for nothing else can run any more. */
  function flushAtExit(): void {
    const end = Date.now() + LAST_WORDS_MS
    flush()
    while (waiting.length > 0 && !gone && Date.now() < end) {
      Atomics.wait(NEVER, 0, 0, RETRY_MS)
      flush()
    }
  }

  process.on('exit', flushAtExit)
  const transport = createTransport((done) => {
    flush()
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
