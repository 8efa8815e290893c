import { createLogFiles } from './logFiles.ts'
import type { Sink } from './sink.ts'

const MB = 1024 * 1024
/** Pause before the disk is tried again, doubled from failure to failure. */
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 1000

type State =
  | { name: 'writing' }
  /** The disk refuses: batches wait until the timer tries again. */
  | { name: 'retrying'; timer: NodeJS.Timeout; delayMs: number }
  /** Everything goes to the disk now or never. */
  | { name: 'exiting' }

export interface FileStats {
  droppedLines: number
  backlogBytes: number
  errors: number
  /** `at` in milliseconds since 1970. */
  lastError: { code: string; at: number } | undefined
}

export interface FileSink extends Sink {
  /** From now on everything goes to the end of the current file: a process that exits deletes none. */
  stopRotating(): void
  stats(): FileStats
}

/**
 * The log files in a directory. A line that is accepted gets there: through a full or broken disk that is repaired,
 * through rotation, and through every end of the process but SIGKILL, which costs the current tick and what waits for
 * the disk. What exceeds the backlog while the disk refuses is dropped, counted, and reported in a line of its own.
 *
 * @param maxFileSize bytes. The backlog is as large as one file (at least 1 MB, at most 16 MB), because a process
 *   that exits writes it to the end of its current file: the directory takes at most
 *   (maxFiles + 1) × (maxFileSize + 64 KB) + 1 MB
 * @param maxFiles at least 2
 * @param header makes the first line of each new file
 * @param dropReport makes the line that says how many lines are missing
 */
export function createFileSink(options: {
  dir: string
  maxFileSize: number
  maxFiles: number
  header: () => string
  dropReport: (droppedLines: number) => string
}): FileSink {
  const maxBacklog = Math.min(Math.max(options.maxFileSize, MB), 16 * MB)
  const files = createLogFiles(options)
  let state: State = { name: 'writing' }
  /** Batches that the disk refused; the first may be the rest of one. */
  const queue: Buffer[] = []
  let queuedBytes = 0
  let droppedLines = 0
  let reportedDrops = 0
  let errors = 0
  let lastError: FileStats['lastError']
  const whenIdle: (() => void)[] = []

  function write(batch: Buffer, lines: number): void {
    if (queue.length > 0 || state.name === 'retrying') {
      if (queuedBytes < maxBacklog) enqueue(batch)
      else droppedLines += lines
      return
    }
    const written = append(batch)
    if (written < batch.length) enqueue(batch.subarray(written))
  }

  function enqueue(batch: Buffer): void {
    queue.push(Buffer.from(batch))
    queuedBytes += batch.length
  }

  /** The number of bytes that are on the disk; when some are left, the next try is planned. */
  function append(data: Buffer): number {
    let written = 0
    try {
      while (written < data.length) written += files.append(written === 0 ? data : data.subarray(written))
      files.prepare()
      files.confirm()
    } catch (error) {
      retry(error)
    }
    return written
  }

  function retry(error: unknown): void {
    errors += 1
    lastError = { code: (error as NodeJS.ErrnoException).code ?? String(error), at: Date.now() }
    if (state.name === 'exiting') return
    const delayMs = state.name === 'retrying' ? Math.min(2 * state.delayMs, LONGEST_RETRY_MS) : FIRST_RETRY_MS
    state = { name: 'retrying', delayMs, timer: setTimeout(drain, delayMs) }
  }

  function drain(): void {
    if (!confirm(false)) return
    for (let batch = queue[0]; batch; batch = queue[0]) {
      const written = append(batch)
      queuedBytes -= written
      if (written < batch.length) {
        queue[0] = batch.subarray(written)
        return
      }
      queue.shift()
    }
    if (!confirm(false)) return
    if (state.name === 'retrying') state = { name: 'writing' }
    reportDrops()
    for (const done of whenIdle.splice(0)) finish(done)
  }

  /** False when what precedes the next batch is not on the disk. */
  function confirm(now: boolean): boolean {
    try {
      files.confirm(now)
      return true
    } catch (error) {
      retry(error)
      return false
    }
  }

  function reportDrops(): void {
    const dropped = droppedLines - reportedDrops
    reportedDrops = droppedLines
    if (dropped > 0) write(Buffer.from(options.dropReport(dropped)), 1)
  }

  function finish(done: () => void): void {
    if (queue.length > 0 || !confirm(true)) {
      whenIdle.push(done)
      return
    }
    files.close()
    done()
  }

  try {
    files.prepare()
  } catch (error) {
    retry(error)
  }
  return {
    write,
    close(done) {
      if (state.name === 'retrying') whenIdle.push(done)
      else finish(done)
    },
    flushOnExit() {
      if (state.name === 'retrying') clearTimeout(state.timer)
      state = { name: 'exiting' }
      drain()
      confirm(true)
    },
    stopRotating: files.stopRotating,
    stats: () => ({
      droppedLines,
      backlogBytes: queuedBytes + files.pendingBytes,
      errors,
      lastError,
    }),
  }
}
