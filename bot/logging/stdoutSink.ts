import { writeSync } from 'node:fs'
import { styleText } from 'node:util'
import type { Sink } from './sink.ts'

/** What may wait for a reader that is slow; more is dropped and counted. */
const MAX_WAITING_BYTES = 1024 * 1024
const NEWLINE = 10
/** How long after a full pipe the next write is tried. */
const RETRY_MS = 10
/** How long a process that exits waits for a reader that is only busy: the log files are complete by then. */
const EXIT_FLUSH_MS = 500

const COLOURS = {
  error: 'red',
  warn: 'yellow',
  info: 'green',
  http: 'magenta',
  verbose: 'cyan',
  debug: 'blue',
  silly: 'gray',
} as const

export interface StdoutSink extends Sink {
  stats(): { droppedLines: number }
}

/**
 * Best-effort stdout: a stalled or closed reader loses lines here and nowhere else. On a terminal the lines are
 * readable text, coloured unless `colours` is false.
 *
 * @param stream process.stdout; reading that property is what makes Node set its pipe to non-blocking
 */
export function createStdoutSink({
  stream,
  colours,
}: {
  stream: NodeJS.WriteStream & { fd: number }
  colours: boolean
}): StdoutSink {
  const { fd, isTTY } = stream
  const waiting: Buffer[] = []
  let waitingBytes = 0
  let droppedLines = 0
  let isClosed = false
  let retry: NodeJS.Timeout | undefined

  function write(batch: Buffer): void {
    const data = isTTY ? Buffer.from(toPrettyLines(batch, colours)) : batch
    const sent = waitingBytes === 0 ? send(data) : 0
    if (sent < data.length) keep(data.subarray(sent))
  }

  function keep(rest: Buffer): void {
    if (isClosed || waitingBytes + rest.length > MAX_WAITING_BYTES) {
      droppedLines += rest.reduce((lines, byte) => lines + (byte === NEWLINE ? 1 : 0), 0)
      return
    }
    waiting.push(Buffer.from(rest))
    waitingBytes += rest.length
    retry ??= setTimeout(drain, RETRY_MS).unref()
  }

  /** The number of bytes that the reader had room for. */
  function send(data: Buffer): number {
    if (isClosed) return 0
    try {
      return writeSync(fd, data)
    } catch (error) {
      isClosed = (error as NodeJS.ErrnoException).code !== 'EAGAIN'
      return 0
    }
  }

  function drain(): void {
    clearTimeout(retry)
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

  return {
    write,
    close(done) {
      drain()
      done()
    },
    /** There is no later: sleeps between the tries, for nothing else can run any more. */
    flushOnExit() {
      const end = Date.now() + EXIT_FLUSH_MS
      drain()
      while (waiting.length > 0 && !isClosed && Date.now() < end) {
        sleepSync(RETRY_MS)
        drain()
      }
    },
    stats: () => ({ droppedLines }),
  }
}

function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** Log lines for people: time of day, level, message, then the fields that differ from line to line. */
function toPrettyLines(batch: Buffer, colours: boolean): string {
  return batch
    .toString()
    .split('\n')
    .slice(0, -1)
    .map((line) => toPretty(line, colours))
    .join('')
}

function toPretty(line: string, colours: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text
  const { timestamp, level, message, service, version, instance, boot, seq, error, ...fields } =
    JSON.parse(line)
  const rest = Object.entries(fields).map(
    ([key, value]) =>
      ` ${paint('dim', `${key}=`)}${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const causes = error ? `\n${paint('red', causeChain(error))}` : ''
  const colour = COLOURS[level as keyof typeof COLOURS] ?? 'white'
  return `${paint('dim', timestamp.slice(11, 23))} ${paint(colour, level.padEnd(7))} ${message}${rest.join('')}${causes}\n`
}

function causeChain(error: { type: string; message: string; stack?: string; cause?: never }): string {
  const text = error.stack ?? `${error.type}: ${error.message}`
  return error.cause ? `${text}\ncaused by ${causeChain(error.cause)}` : text
}
