import { amountOf } from './quantity.ts'

/** LOG_MAX_FILES: a slow reader finds four closed files, and one volume is cut finely enough. */
const MAX_FILES = 5
/** The bot's rotation looks at the size before it writes a batch of 64 KB; what a long last line adds, it keeps free. */
const BATCH_BYTES = 64 * 1024
/** For the rotation's own records and the folder. */
const RESERVED_BYTES = 1024 ** 2
/** The kubelet evicts the pod, with no grace, once the volume outgrows its sizeLimit; it looks only now and then. */
const USABLE_SHARE = 0.8

/** The most that a bot was measured to log: 8,000 updates a second (docs/benchmarks.md), one line of 400 bytes each. */
const LOGGED_BYTES_PER_SECOND = 8000 * 400
/** Ten looks of the collector, which polls every 200 ms: a closed file is there for so long even at that rate. */
const CLOSED_FILE_LIVES_SECONDS = 10 * 0.2
/** A closed file is deleted when the others have been filled since. */
const SMALLEST_FILE = (LOGGED_BYTES_PER_SECOND * CLOSED_FILE_LIVES_SECONDS) / (MAX_FILES - 1)

/** The least size of the log volume, in bytes. */
export const SMALLEST_LOG_VOLUME =
  ((MAX_FILES + 1) * (SMALLEST_FILE + BATCH_BYTES) + RESERVED_BYTES) / USABLE_SHARE

/**
 * LOG_MAX_FILE_SIZE and LOG_MAX_FILES for a volume of this size: (files + 1) × (file size + 64 KB) + 1 MB takes at
 * most 80 % of it. One more file than LOG_MAX_FILES, since the next one is opened before the oldest is deleted.
 */
export function rotationFor(logVolume: string): { maxFileSize: string; maxFiles: number } {
  const fileBytes = (amountOf(logVolume) * USABLE_SHARE - RESERVED_BYTES) / (MAX_FILES + 1) - BATCH_BYTES
  return { maxFileSize: `${Math.floor(fileBytes / 1024)}k`, maxFiles: MAX_FILES }
}

/** The least size of the log store's volume, in bytes: two days of a quiet bot stay whatever they take. */
export const SMALLEST_LOG_STORE = 64 * 1024 ** 2

/** Room for the collector's offsets and queue: 64 MiB, as much again while it is compacted, and air. */
export const STATE_VOLUME = '256Mi'
