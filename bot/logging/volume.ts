import { createBatcher } from './batch.ts'
import { createDisk } from './disk.ts'
import { type Fields, type Line, SCHEMA } from './line.ts'
import { createTransport, type Sink } from './sink.ts'

const MB = 1024 * 1024
/** The longest beginning that a collector tells files apart by: 2048 bytes, Sumo Logic's installed collector. */
const FINGERPRINT_BYTES = 2048
const NOTHING = Buffer.alloc(0)

export interface VolumeStats {
  droppedLines: number
  backlogBytes: number
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
  const stats: Omit<VolumeStats, 'backlogBytes'> = {
    droppedLines: 0,
    errors: 0,
    lastError: undefined,
  }
  const disk = createDisk({ ...options, header, onError })
  const batcher = createBatcher((batch) => {
    if (queue.length === 0 && write(batch)) makeWay()
    else enqueue(Buffer.from(batch))
  })
  /** Batches that the disk refuses for now. */
  const queue: Buffer[] = []
  let queuedBytes = 0
  let pause: NodeJS.Timeout | undefined
  let reportedDrops = 0
  let exiting = false
  let whenIdle: (() => void) | undefined

  function header(): string {
    const padding = ' '.repeat(FINGERPRINT_BYTES)
    return line('info', 'Log file opened', { ...options.header, schema: SCHEMA, padding })
  }

  function accept(text: string): void {
    if (queuedBytes >= maxBacklog) stats.droppedLines += 1
    else put(text)
  }

  function put(text: string): void {
    batcher.add(text)
    if (exiting) batcher.flush()
  }

  function enqueue(batch: Buffer): void {
    queue.push(batch)
    queuedBytes += batch.length
  }

  /** False when the batch has to wait: the same one must be tried again when the pause is over. */
  function write(batch: Buffer): boolean {
    const ms = disk.write(batch)
    if (ms === 0) return true
    pause = setTimeout(() => {
      pause = undefined
      drain()
    }, ms)
    return false
  }

  /** Opens the next file as soon as one is full, so that its header precedes its lines in `seq`, too. */
  function makeWay(): void {
    if (disk.isDue() && !write(NOTHING)) queue.unshift(NOTHING)
  }

  function drain(): void {
    while (!pause && queue[0] && write(queue[0])) {
      queuedBytes -= queue[0].length
      queue.shift()
      makeWay()
    }
    if (queue.length > 0) return
    if (stats.droppedLines > reportedDrops) reportDrops()
    if (queue.length === 0) whenIdle?.()
  }

  function onError(error: unknown): void {
    stats.errors += 1
    stats.lastError = { code: (error as NodeJS.ErrnoException).code ?? String(error), at: Date.now() }
  }

  function reportDrops(): void {
    const dropped_lines = stats.droppedLines - reportedDrops
    reportedDrops = stats.droppedLines
    put(line('warn', 'The backlog of log lines was full: lines are missing', { dropped_lines }))
    batcher.flush()
  }

  /** The process exits: all that is here goes to the end of the current file now, or never. */
  function rescue(): void {
    exiting = true
    disk.stopRotating()
    clearTimeout(pause)
    pause = undefined
    drain()
    batcher.flush()
  }

  const transport = createTransport((done) => {
    batcher.flush()
    whenIdle = () => {
      whenIdle = undefined
      disk.close()
      done()
    }
    drain()
  })
  process.on('exit', rescue)
  enqueue(NOTHING)
  drain()
  return {
    accept,
    transport,
    stats: () => ({ ...stats, backlogBytes: queuedBytes + batcher.bytes }),
  }
}
