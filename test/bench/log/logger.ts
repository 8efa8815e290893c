/** What the bench calls, whatever is behind it. */
export interface BenchLogger {
  info(message: string, fields: Update): void
  /** Disabled; absent where the logger has no levels to disable. */
  debug?(message: string, fields: Update): void
  /** Numbers its lines by itself; the others get `seq` among the fields. */
  numbers?: true
  /** Hands over what is left; the process then ends by itself once all of it is written. */
  close(): void | Promise<void>
}

/** Opens a logger that writes JSON lines to files in `dir`. */
export type OpenLogger = (dir: string) => BenchLogger | Promise<BenchLogger>

/** Every logger rotates at this size where it can, and keeps enough files for all lines to be counted. */
export const FILE_BYTES = 10 * 1024 ** 2
export const FILES = 200

export const IDENTITY = {
  service: 'bitacora',
  version: '1.0.0',
  instance: 'bitacora-7d9c5b6f4-x2x8k',
  boot: 'k3J9xQ2v',
}

const FEATURES = ['start', 'say_hi', 'time', 'tv', 'location', 'busqueda_centro', 'version', 'help']

/** The fields of a handled update; most values differ from line to line, as in real life. */
export function update(index: number) {
  return {
    update_id: 731_000_000 + index,
    chat_id: 5_100_000_000 + (index % 977),
    user_id: 5_100_000_000 + (index % 977),
    feature: FEATURES[index % FEATURES.length],
    duration_ms: (index % 4001) / 10,
    outcome: 'handled',
    method: 'sendMessage',
  }
}

export type Update = ReturnType<typeof update> & { seq?: number }

/** For loggers that do not number their lines. */
export function numberedUpdate(index: number): Update {
  const fields: Update = update(index)
  fields.seq = index + 1
  return fields
}
