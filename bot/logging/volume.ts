import { type Batch, createBatcher } from './batch.ts'
import { createFile } from './file.ts'
import { type Fields, type Line, SCHEMA } from './line.ts'
import { createRotation, type Rotation } from './rotation.ts'
import { createTransport, type Sink } from './sink.ts'

const MB = 1024 * 1024
/** The longest beginning that a collector tells files apart by: 2048 bytes, Sumo Logic's installed collector. */
const FINGERPRINT_BYTES = 2048
/** Pause before the disk is tried again, doubled from failure to failure. */
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 1000

export interface VolumeStats {
  droppedLines: number
  backlogBytes: number
  filesDeletedEarly: number
  errors: number
  /** `at` in milliseconds since 1970. */
  lastError: { code: string; at: number } | undefined
}

export interface Volume extends Sink {
  stats(): Readonly<VolumeStats>
}

/**
 * The log files in a directory. A line that is accepted gets there: through a full or broken disk that is repaired,
 * through rotation, and through every end of the process but SIGKILL, which costs the current tick. What exceeds the
 * backlog while the disk refuses is dropped, counted, and told in a line of its own.
 *
 * @param maxFileSize bytes. The backlog is as large as one file (at least 1 MB, at most 16 MB), because a process
 *   that exits writes it to the end of its current file: the directory takes at most
 *   (maxFiles + 1) × (maxFileSize + 64 KB) + 1 MB
 * @param maxFiles at least 2
 * @param header further fields of the first line of each new file
 */
export function createVolume(options: {
  dir: string
  maxFileSize: number
  maxFiles: number
  line: Line
  header: Fields
}): Volume {
  const { line } = options
  const maxBacklog = Math.min(Math.max(options.maxFileSize, MB), 16 * MB)
  const stats: VolumeStats = {
    droppedLines: 0,
    backlogBytes: 0,
    filesDeletedEarly: 0,
    errors: 0,
    lastError: undefined,
  }
  const queue: Batch[] = []
  const file = createFile(header)
  const batcher = createBatcher((batch) => {
    queue.push(batch)
    pump()
  })
  let rotation: Rotation | undefined
  /** The batch that the rotation has made room for. */
  let placed: Batch | undefined
  let pause: NodeJS.Timeout | undefined
  let retryMs = FIRST_RETRY_MS
  let reportedDrops = 0
  let exiting = false
  let whenIdle: (() => void) | undefined

  function header(): string {
    const padding = ' '.repeat(FINGERPRINT_BYTES)
    return line('info', 'Log file opened', { ...options.header, schema: SCHEMA, padding })
  }

  function accept(text: string): void {
    const bytes = Buffer.byteLength(text)
    if (stats.backlogBytes + bytes > maxBacklog) stats.droppedLines += 1
    else put(text, bytes)
  }

  function put(text: string, bytes: number): void {
    stats.backlogBytes += bytes
    batcher.add(text, bytes)
    if (exiting) batcher.flush()
  }

  function pump(): void {
    while (!pause && queue.length > 0) write(queue[0] as Batch)
    if (queue.length > 0) return
    if (stats.droppedLines > reportedDrops) reportDrops()
    whenIdle?.()
  }

  function write(batch: Batch): void {
    try {
      rotation ??= createRotation({ ...options, onDeletedEarly })
      if (!exiting && placed !== batch) {
        const pauseMs = rotation.pauseMs()
        if (pauseMs > 0) {
          sleep(pauseMs)
          return
        }
        rotation.advance(batch.bytes)
        placed = batch
      }
      file.append(rotation.path, batch.text)
    } catch (error) {
      fail(error)
      return
    }
    queue.shift()
    stats.backlogBytes -= batch.bytes
    retryMs = FIRST_RETRY_MS
    // A full file makes way at once, so that the next one's header precedes its lines in `seq`, too.
    if (!exiting && rotation.isDue() && rotation.pauseMs() === 0) queue.unshift({ text: '', bytes: 0 })
  }

  function fail(error: unknown): void {
    stats.errors += 1
    stats.lastError = { code: (error as NodeJS.ErrnoException).code ?? String(error), at: Date.now() }
    if (placed !== queue[0]) rotation = undefined
    sleep(retryMs)
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
  }

  function sleep(ms: number): void {
    pause = setTimeout(() => {
      pause = undefined
      pump()
    }, ms)
  }

  function onDeletedEarly(): void {
    stats.filesDeletedEarly += 1
  }

  function reportDrops(): void {
    const dropped_lines = stats.droppedLines - reportedDrops
    reportedDrops = stats.droppedLines
    const text = line('warn', 'The backlog of log lines was full: lines are missing', { dropped_lines })
    put(text, Buffer.byteLength(text))
  }

  /** The process exits: all that is here goes to the end of the current file now, or never. */
  function rescue(): void {
    exiting = true
    clearTimeout(pause)
    pause = undefined
    if (stats.droppedLines > reportedDrops) reportDrops()
    batcher.flush()
    pump()
  }

  const transport = createTransport((done) => {
    whenIdle = () => {
      whenIdle = undefined
      file.close()
      done()
    }
    batcher.flush()
    pump()
  })
  process.on('exit', rescue)
  queue.push({ text: '', bytes: 0 })
  pump()
  return { accept, transport, stats: () => ({ ...stats }) }
}
