import { type Batch, createBatcher } from './batch.ts'
import { createFiles } from './files.ts'
import { type Fields, type Line, SCHEMA } from './line.ts'
import { createRotation, type Rotation } from './rotation.ts'
import { createTransport, type Sink } from './sink.ts'

const MB = 1024 * 1024
/** The longest beginning that a collector tells files apart by: 2048 bytes, Sumo Logic's installed collector. */
const FINGERPRINT_BYTES = 2048
/** Pause before a directory that could not be used is tried again. */
const REOPEN_MS = 250

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
  /** Handed to the library and not yet confirmed by the disk: one at a time, so that the rest is in our hands. */
  let current: Batch | undefined
  let rotation: Rotation | undefined
  let pause: NodeJS.Timeout | undefined
  let pumping = false
  let reportedDrops = 0
  let exiting = false
  let whenIdle: (() => void) | undefined

  const files = createFiles({ header, onError, onWritten })
  const batcher = createBatcher((batch) => {
    queue.push(batch)
    if (exiting) rescue()
    else pump()
  })
  process.on('exit', rescue)

  function header(): string {
    return line('info', 'Log file opened', {
      ...options.header,
      schema: SCHEMA,
      padding: ' '.repeat(FINGERPRINT_BYTES),
    })
  }

  function onError(error: unknown): void {
    stats.errors += 1
    stats.lastError = { code: (error as NodeJS.ErrnoException).code ?? String(error), at: Date.now() }
  }

  function onWritten(): void {
    stats.backlogBytes -= current?.bytes ?? 0
    current = undefined
    if (!pumping) process.nextTick(pump)
  }

  function accept(text: string): void {
    const bytes = Buffer.byteLength(text)
    if (stats.backlogBytes + bytes > maxBacklog) stats.droppedLines += 1
    else put(text, bytes)
  }

  function put(text: string, bytes: number): void {
    stats.backlogBytes += bytes
    batcher.add(text, bytes)
  }

  function pump(): void {
    if (pumping) return
    pumping = true
    while (!current && !pause && queue.length > 0) writeNext(queue[0] as Batch)
    pumping = false
    if (current || queue.length > 0) return
    if (stats.droppedLines > reportedDrops) reportDrops()
    whenIdle?.()
  }

  function writeNext(batch: Batch): void {
    try {
      rotation ??= createRotation({ ...options, fs: files.fs, onDeletedEarly })
      const pauseMs = rotation.pauseMs()
      if (pauseMs > 0) {
        sleep(pauseMs)
        return
      }
      current = batch
      queue.shift()
      rotation.write(batch.text, batch.bytes)
    } catch (error) {
      onError(error)
      rotation = undefined
      if (current) queue.unshift(current)
      current = undefined
      sleep(REOPEN_MS)
    }
  }

  function onDeletedEarly(): void {
    stats.filesDeletedEarly += 1
  }

  function sleep(ms: number): void {
    pause = setTimeout(() => {
      pause = undefined
      pump()
    }, ms)
  }

  function reportDrops(): void {
    const dropped_lines = stats.droppedLines - reportedDrops
    reportedDrops = stats.droppedLines
    const text = line('warn', 'The backlog of log lines was full: lines are missing', { dropped_lines })
    put(text, Buffer.byteLength(text))
  }

  /** The process exits: what is not on the disk yet goes there now, to the end of the current file. */
  function rescue(): void {
    exiting = true
    batcher.flush()
    if (stats.droppedLines > reportedDrops) reportDrops()
    clearTimeout(pause)
    pause = undefined
    pump()
    if (!rotation || !files.complete()) return
    const rest = current ? [current, ...queue] : queue
    files.append(rotation.path, rest.map(({ text }) => text).join(''))
  }

  const transport = createTransport((done) => {
    batcher.flush()
    whenIdle = () => {
      whenIdle = undefined
      const closing = rotation
      rotation = undefined
      closing ? closing.close(done) : done()
    }
    pump()
  })
  return { accept, transport, stats: () => ({ ...stats }) }
}
