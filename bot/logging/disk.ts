import { createFile } from './file.ts'
import { createRotation, type Rotation } from './rotation.ts'

/** Pause before the disk is tried again, doubled from failure to failure. */
const FIRST_RETRY_MS = 50
const LONGEST_RETRY_MS = 1000

/** Puts batches into the current file, one after the other. */
export interface Disk {
  /**
   * @param batch the same again after a failure
   * @returns 0 when it is on the disk, otherwise the ms after which it is to be tried again
   */
  write(batch: Buffer): number
  /** From now on everything goes to the end of the current file: the process exits. */
  stopRotating(): void
  /** Whether the current file is full, and the next one may be begun at once. */
  isDue(): boolean
  close(): void
}

/**
 * @param header makes the first line of each new file
 * @param onError what the disk answered; it is tried again
 */
export function createDisk(options: {
  dir: string
  maxFileSize: number
  maxFiles: number
  header: () => string
  onError: (error: unknown) => void
}): Disk {
  const file = createFile(options.header)
  let rotation: Rotation | undefined
  let rotates = true
  /** Whether the rotation has made room for the batch that is next. */
  let placed = false
  let retryMs = FIRST_RETRY_MS

  function write(batch: Buffer): number {
    try {
      rotation ??= createRotation(options)
      if (!placed && rotates) {
        rotation.advance(batch.length)
        placed = true
      }
      file.append(rotation.path, batch)
    } catch (error) {
      return fail(error)
    }
    placed = false
    if (retryMs > FIRST_RETRY_MS) rotation = undefined // what it could not delete it has forgotten
    retryMs = FIRST_RETRY_MS
    return 0
  }

  function fail(error: unknown): number {
    options.onError(error)
    if (!placed) rotation = undefined
    const ms = retryMs
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
    return ms
  }

  return {
    write,
    stopRotating() {
      rotates = false
    },
    isDue: () => rotates && rotation?.isDue() === true,
    close: file.close,
  }
}
